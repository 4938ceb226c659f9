# JSON: strings out of any bytes, and answers of daemons with only what may be kept.
# Bytes stand in IN[0..N-1]; what is kept goes to OUT[0..M-1].

function json_begin(   i) {
  for (i = 1; i < 256; i++) ORD[sprintf("%c", i)] = i
  BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

# The bytes of a text as a JSON string; what is not UTF-8 as Python's surrogateescape has it,
# or, with `shown`, as the four characters \xNN.
function json(text, shown,   done, i, n, c, size) {
  if (text !~ /["\\\001-\037\177-\377]/) return "\"" text "\""
  done = ""
  n = length(text)
  for (i = 1; i <= n; i += size) {
    c = substr(text, i, 1)
    size = 1
    if (ORD[c] < 128) done = done json_ascii(c)
    else if ((size = utf8(text, i)) > 0) done = done substr(text, i, size)
    else { size = 1; done = done sprintf(shown ? "\\\\x%02x" : "\\udc%02x", ORD[c]) }
  }
  return "\"" done "\""
}

function json_ascii(c) {
  if (c == "\"" || c == "\\") return "\\" c
  if (ORD[c] < 32 || ORD[c] == 127) return sprintf("\\u%04x", ORD[c])
  return c
}

# How many bytes the character at `i` has; 0 where it is not UTF-8 (RFC 3629).
function utf8(text, i,   a, b, size, k) {
  a = ORD[substr(text, i, 1)]
  b = ORD[substr(text, i + 1, 1)]
  size = a >= 194 && a <= 223 ? 2 : a >= 224 && a <= 239 ? 3 : a >= 240 && a <= 244 ? 4 : 0
  if (!size || i + size - 1 > length(text)) return 0
  if (a == 224 && b < 160 || a == 237 && b > 159 || a == 240 && b < 144 || a == 244 && b > 143)
    return 0
  for (k = 1; k < size; k++) {
    b = ORD[substr(text, i + k, 1)]
    if (b < 128 || b > 191) return 0
  }
  return size
}

# Prints OUT[from..to-1] in base64.
function print_base64(from, to,   i, left, b, c) {
  for (i = from; i < to; i += 3) {
    left = to - i
    b = left > 1 ? OUT[i + 1] : 0
    c = left > 2 ? OUT[i + 2] : 0
    printf "%s%s%s%s", sextet(int(OUT[i] / 4)), sextet(OUT[i] % 4 * 16 + int(b / 16)), \
      (left > 1 ? sextet(b % 16 * 4 + int(c / 64)) : "="), (left > 2 ? sextet(c % 64) : "=")
  }
}

function sextet(i) { return substr(BASE64, i + 1, 1) }

function text_of(from, to,   i, text, part) {
  text = part = ""
  for (i = from; i < to; i++) {
    part = part (IN[i] ? sprintf("%c", IN[i]) : "?")
    if (length(part) > 200) { text = text part; part = "" }
  }
  return text part
}

function put(text,   i) { for (i = 1; i <= length(text); i++) OUT[M++] = ORD[substr(text, i, 1)] }
function copy(from, to) { while (from < to) OUT[M++] = IN[from++] }

function blank(p) { while (p < STOP && (IN[p] == 32 || IN[p] >= 9 && IN[p] <= 13)) p++; return p }

# Where the string that begins at `p` ends; 0 where it does not.
function after_string(p) {
  if (IN[p] != 34) return 0
  for (p++; p < STOP; p++) {
    if (IN[p] == 92) p++
    else if (IN[p] == 34) return p + 1
  }
  return 0
}

# Where the value at `p` ends; 0 for what is not JSON.
function after_value(p, depth,   first, close_) {
  p = blank(p)
  first = IN[p]
  if (p >= STOP || depth > 200) return 0
  if (first == 34) return after_string(p)
  if (first != 123 && first != 91) {
    close_ = p
    while (p < STOP && text_of(p, p + 1) ~ /[A-Za-z0-9.+-]/) p++
    return text_of(close_, p) ~ /^(true|false|null|-?[0-9][0-9.eE+-]*)$/ ? p : 0
  }
  close_ = first + 2
  p = blank(p + 1)
  if (IN[p] == close_) return p + 1
  for (;;) {
    if (first == 123) {
      p = after_string(blank(p))
      if (!p) return 0
      p = blank(p)
      if (IN[p] != 58) return 0
      p++
    }
    p = after_value(p, depth + 1)
    if (!p) return 0
    p = blank(p)
    if (IN[p] == close_) return p + 1
    if (IN[p] != 44) return 0
    p = blank(p + 1)
  }
}

# Copies a value that is JSON; of the objects in it, what `how` says of their names:
# "told" replaces the values that may not be told, else only names in KEEP[how, name] stay.
# Each returns where the value ends.
function cleaned_json(p, how,   first, comma, begin, end, name, key, closed) {
  p = blank(p)
  first = IN[p]
  if (first == 91) {
    OUT[M++] = 91
    for (p = blank(p + 1); IN[p] != 93; p = blank(p)) {
      if (IN[p] == 44) { OUT[M++] = 44; p++ }
      p = cleaned_json(p, how)
    }
    OUT[M++] = 93
    return p + 1
  }
  if (first != 123) {
    end = after_value(p, 0)
    if (how == "text" && first == 34) put_redacted(p, end)
    else if (how == "told" && j_key != "") put_told(p, end)
    else copy(p, end)
    return end
  }
  OUT[M++] = 123
  comma = 0
  for (p = blank(p + 1); IN[p] != 125; p = blank(p)) {
    if (IN[p] == 44) p = blank(p + 1)
    begin = p
    p = after_string(p)
    name = text_of(begin + 1, p - 1)
    end = blank(blank(p) + 1)
    if (how == "values") {
      if (comma++) OUT[M++] = 44
      copy(begin, p)
      OUT[M++] = 58
      p = after_value(end, 0)
      put("\"" redact_value(name, IN[end] == 34 ? text_of(end + 1, p - 1) : text_of(end, p)) "\"")
      continue
    }
    if (how == "docker" && name == "Id") print "id", text_of(end + 1, after_value(end, 0) - 1) > NOTES
    if (how == "docker" && name == "DockerRootDir") print "root", text_of(end + 1, after_value(end, 0) - 1) > NOTES
    if (how != "told" && !((how, name) in KEEP)) { p = after_value(end, 0); continue }
    if (comma++) OUT[M++] = 44
    copy(begin, p)
    OUT[M++] = 58
    if (how != "told") { p = kept_json(end, KEEP[how, name]); continue }
    key = j_key; closed = j_closed
    j_key = name == "" ? "\\" : name
    if (is_closed(name) || index(name, "\\")) j_closed = 1
    p = cleaned_json(end, how)
    j_key = key; j_closed = closed
  }
  OUT[M++] = 125
  return p + 1
}

# `whole`, or cleaned as KEEP says.
function kept_json(p, how,   end) {
  if (how != "whole" && how != "text" && IN[blank(p)] != 123) { put("null"); return after_value(p, 0) }
  if (how != "whole") return cleaned_json(p, how)
  end = after_value(p, 0)
  copy(p, end)
  return end
}

# A value below the name j_key, in a section that is closed or not.
function put_told(p, end,   text, told) {
  text = text_of(p, end)
  if (IN[p] == 34) {
    text = substr(text, 2, length(text) - 2)
    if (j_closed) told = is_blank(text) ? text : REMOVED
    else if (text ~ /[^ -~]|\\/ && !key_kept(j_key) && !flag_kept(j_key)) told = REMOVED
    else told = of_key(j_key, text)
    if (told == text) copy(p, end)
    else put("\"" told "\"")
  } else if (text ~ /^(true|false|null)$/ || !j_closed && (key_kept(j_key) || harmless(text))) copy(p, end)
  else put("\"" REMOVED "\"")
}

function put_redacted(p, end,   text, clean) {
  text = text_of(p + 1, end - 1)
  redact_reset()
  clean = redact(text)
  if (clean == text) copy(p, end)
  else put("\"" clean "\"")
}

# Whether the object at `p` has that name among its own.
function has_name(p, wanted,   begin) {
  for (p = blank(p + 1); p < STOP && IN[p] != 125; p = blank(p)) {
    if (IN[p] == 44) p = blank(p + 1)
    begin = p
    p = after_string(p)
    if (text_of(begin + 1, p - 1) == wanted) return 1
    p = after_value(blank(p) + 1, 0)
  }
  return 0
}
