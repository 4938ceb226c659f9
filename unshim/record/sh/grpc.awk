# Answers over gRPC: the frames of a body, and of their messages only the fields unshim knows.
# KIND[method, path] is what stands at a path of field numbers: m a message, v a value, and
# i, a, b what is cleaned besides: Status' info, a pod's annotations, a blob.

BEGIN {
  if (NOTES == "") NOTES = "/dev/null"
  @KINDS@
}

END {
  if (mode == "call") print_call()
  if (mode == "http") print_http()
}

function number(p) {
  VALUE = 0; FACTOR = 1
  while (p < END_OF && IN[p] > 127) { VALUE += (IN[p++] - 128) * FACTOR; FACTOR *= 128 }
  if (p >= END_OF) { BAD = 1; return p }
  VALUE += IN[p] * FACTOR
  return p + 1
}

# A length of four bytes, so that it can be filled in once it is known.
function put_length(at, length_,   i) {
  for (i = 0; i < 4; i++) {
    OUT[at + i] = length_ % 128 + (i < 3 ? 128 : 0)
    length_ = int(length_ / 128)
  }
}

function message(p, stop, path,   tag, begin, field, wire, here, kind, from, at) {
  while (p < stop && !BAD) {
    begin = p
    END_OF = stop
    p = number(p)
    tag = p
    field = int(VALUE / 8); wire = VALUE % 8
    here = path "." field
    kind = (METHOD, here) in KIND ? KIND[METHOD, here] : ""
    if (wire == 2) {
      END_OF = stop
      from = number(p)
      p = from + VALUE
      if (BAD || p > stop) { BAD = 1; return }
      if (kind == "") continue
      if (kind == "i" && !kept_entry(from, p, KEPT_INFO)) continue
      if (kind == "a" && !kept_entry(from, p, KEPT_ANNOTATION)) continue
      copy(begin, tag)
      at = M; M += 4
      if (kind == "m" || kind == "a") message(from, p, here)
      else if (kind == "i") info(from, p)
      else if (kind == "b") blob(from, p)
      else { copy(from, p); note(here, from, p) }
      put_length(at, M - at - 4)
      continue
    }
    if (wire == 0) p = number(p)
    else if (wire == 1) p += 8
    else if (wire == 5) p += 4
    else BAD = 1
    if (BAD || p > stop) { BAD = 1; return }
    if (kind != "") copy(begin, p)
    if (kind != "" && wire == 0 && (METHOD, here) in NOTE) print NOTE[METHOD, here], VALUE > NOTES
  }
}

# Text that later questions rest on; only what is a plain word.
function note(path, from, to,   text) {
  if (!((METHOD, path) in NOTE)) return
  text = text_of(from, to)
  if (text ~ /^[A-Za-z0-9._:\/+-]+$/) print NOTE[METHOD, path], text > NOTES
}

# Key and value of an entry of a map: sets KEY, FROM and TO.
function entry(p, stop,   field, begin) {
  KEY = ""; FROM = TO = stop
  while (p < stop && !BAD) {
    END_OF = stop
    p = number(p)
    if (VALUE % 8 != 2) { BAD = 1; return }
    field = int(VALUE / 8)
    begin = number(p)
    p = begin + VALUE
    if (field == 1) KEY = text_of(begin, p)
    if (field == 2) { FROM = begin; TO = p }
  }
}

function kept_entry(from, to, names) {
  entry(from, to)
  return index(" " names " ", " " KEY " ")
}

function info(from, to,   at, key, end) {
  entry(from, to)
  key = KEY
  OUT[M++] = 10
  at = M; M += 4
  put(key)
  put_length(at, M - at - 4)
  OUT[M++] = 18
  at = M; M += 4
  STOP = TO
  end = after_value(FROM, 0)
  if (end && blank(end) == TO) { j_key = ""; j_closed = 0; cleaned_json(FROM, "told") }
  else if (substr(key, 1, 7) == "lastCNI") copy(FROM, TO)
  put_length(at, M - at - 4)
}

# Manifests stay; of an image's configuration, whose Env may hold secrets, what unpacking needs.
function blob(from, to,   end, text) {
  STOP = to
  end = after_value(from, 0)
  from = blank(from)
  if (!end || blank(end) != to || IN[from] != 123) return
  if (has_name(from, "rootfs")) { cleaned_json(from, "config"); return }
  if (!has_name(from, "manifests") && !has_name(from, "layers")) return
  copy(from, end)
  text = text_of(from, end)
  if (has_name(from, "manifests")) digests(text, "child")
  else if (match(text, /"config"[ \t\r\n]*:[ \t\r\n]*[{][^}]*[}]/))
    digests(substr(text, RSTART, RLENGTH), "config")
}

function digests(text, what,   found) {
  while (match(text, /"digest"[ \t\r\n]*:[ \t\r\n]*"[A-Za-z0-9+._-]+:[A-Za-z0-9=_-]+"/)) {
    found = substr(text, RSTART, RLENGTH - 1)
    text = substr(text, RSTART + RLENGTH)
    sub(/^.*"/, "", found)
    print what, found > NOTES
  }
}

# The call as it stands in the index; the body is in IN, the headers in a file.
function print_call(   p, size, comma, from) {
  read_headers(HEADERS)
  if (STATUS != "0") { print_error(); return }
  printf "%s, \"answers\": [", CALL
  comma = ""
  for (p = 0; p + 5 <= N; p += 5 + size) {
    size = ((IN[p + 1] * 256 + IN[p + 2]) * 256 + IN[p + 3]) * 256 + IN[p + 4]
    M = 0; BAD = IN[p] || p + 5 + size > N
    if (!BAD) message(p + 5, p + 5 + size, "")
    if (BAD) M = 0
    printf "%s\"", comma
    print_base64(0, M)
    printf "\""
    comma = ", "
  }
  print "]}"
}

function read_headers(file,   line, at, name) {
  STATUS = ""; DETAILS = ""; HTTP = ""
  while ((getline line < file) > 0) {
    sub(/\r$/, "", line)
    if (line ~ /^HTTP\//) { split(line, PART, " "); HTTP = PART[2] }
    at = index(line, ":")
    name = tolower(substr(line, 1, at - 1))
    line = substr(line, at + 1)
    sub(/^[ \t]+/, "", line)
    if (name == "grpc-status") STATUS = line
    if (name == "grpc-message") DETAILS = unquoted(line)
  }
  close(file)
}

function unquoted(text,   done, hex) {
  done = ""
  while (match(text, /%[0-9A-Fa-f][0-9A-Fa-f]/)) {
    hex = tolower(substr(text, RSTART + 1, 2))
    done = done substr(text, 1, RSTART - 1) sprintf("%c", \
      (index("0123456789abcdef", substr(hex, 1, 1)) - 1) * 16 + \
      index("0123456789abcdef", substr(hex, 2, 1)) - 1)
    text = substr(text, RSTART + 3)
  }
  return done text
}

function print_error(   names, code, done) {
  split("CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS" \
    " PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE" \
    " UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED", names, " ")
  code = STATUS != "" && STATUS + 0 in names ? names[STATUS + 0] : ""
  getline done < RC
  close(RC)
  if (code == "" && done == 28) { code = "DEADLINE_EXCEEDED"; DETAILS = "Deadline Exceeded" }
  if (code == "") { code = "UNAVAILABLE"; DETAILS = "curl ended with " done }
  print "error", code > NOTES
  redact_reset()
  printf "%s, \"error\": {\"code\": \"%s\", \"details\": %s}}\n", CALL, code, \
    json(redact(substr(DETAILS, 1, 2000)), 1)
}

# A GET's answer: the list of Docker, with only the names that are kept.
function print_http(   end, code, from) {
  read_headers(HEADERS)
  getline code < RC
  close(RC)
  if (code != 0 || HTTP != 200) {
    from = code == 28 ? "DEADLINE_EXCEEDED" : code != 0 ? "UNAVAILABLE" : "HTTP_" HTTP
    redact_reset()
    printf "%s, \"error\": {\"code\": \"%s\", \"details\": %s}}\n", CALL, from, \
      json(code != 0 ? "no answer" : redact(text_of(0, N < 512 ? N : 512)), 1)
    return
  }
  M = 0; STOP = N
  end = after_value(0, 0)
  if (end && blank(end) == N) cleaned_json(0, "docker")
  printf "%s, \"body\": {\"base64\": \"", CALL
  print_base64(0, M)
  print "\"}}"
}
