# What gives a secret away by its own form, whatever its name is.

function forms(line) {
  if (index(line, "@")) line = logins(addresses(proxies(line)))
  line = marked(line, "bearer[ \t]+", "[a-z0-9_.~+/=-]", 1)
  line = marked(line, "basic[ \t]+", "[a-z0-9_.~+/=-]", 8)
  line = web_tokens(line)
@TOKENS@
  return line
}

# The login of a proxy, also where a slash in its password breaks the address.
function proxies(line,   done) {
  done = ""
  while (match(tolower(line), /[-_]proxy(=\\?["']?|"[ \t]*:[ \t]*")/)) {
    done = done substr(line, 1, RSTART + RLENGTH - 1)
    line = without_login(substr(line, RSTART + RLENGTH))
  }
  return done line
}

function without_login(text,   scheme) {
  if (!match(text, /^[^ \t\r\n\f\v"']+@/)) return text
  scheme = substr(text, 1, RLENGTH)
  text = substr(text, RLENGTH + 1)
  if (!match(scheme, /^[A-Za-z][A-Za-z0-9+.-]*:\/\//)) RLENGTH = 0
  return substr(scheme, 1, RLENGTH) REMOVED "@" text
}

# The part of an address before its @, whatever stands in it.
function addresses(line,   done, found) {
  done = ""
  while (match(line, /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^ \t\r\n\f\v'"\/]+@/)) {
    found = substr(line, RSTART, RLENGTH)
    done = done substr(line, 1, RSTART - 1) substr(found, 1, index(found, "://") + 2) REMOVED "@"
    line = substr(line, RSTART + RLENGTH)
  }
  return done line
}

# The same without a scheme: user:pass@registry, but not name:tag@sha256:...
function logins(line,   done, start, stop, at, after, before) {
  done = ""
  while (match(line, /[^ \t\r\n\f\v'"\/@:=(]+:[^ \t\r\n\f\v'"\/@]+@/)) {
    start = RSTART; stop = RSTART + RLENGTH
    after = substr(line, stop, 12)
    at = start
    before = at > 1 ? substr(line, at - 1, 1) : substr(done, length(done), 1)
    while (before != "" && before !~ /[ \t\r\n\f\v'"=,(\[]/ && substr(line, at, 1) != ":") {
      before = substr(line, at, 1)
      at++
    }
    if (substr(line, at, 1) == ":") {
      done = done substr(line, 1, at)
      line = substr(line, at + 1)
      continue
    }
    if ((after !~ /^\[/ && substr(after, 1, 1) !~ WORD) ||
        after ~ /^sha[0-9]+:/) {
      done = done substr(line, 1, stop - 1)
    } else {
      done = done substr(line, 1, at - 1) REMOVED "@"
    }
    line = substr(line, stop)
  }
  return done line
}

# What stands after a mark (`Bearer ...`), where it is at least `least` long.
function marked(line, mark, class, least,   done, start, begin, body, low) {
  low = tolower(line)
  if (low !~ mark) return line
  done = ""
  while (match(low, mark class "+")) {
    start = RSTART; body = RLENGTH
    if ((start > 1 ? substr(line, start - 1, 1) : substr(done, length(done), 1)) ~ WORD) {
      done = done substr(line, 1, start)
      low = substr(low, start + 1); line = substr(line, start + 1)
      continue
    }
    match(substr(low, start), mark)
    begin = start + RLENGTH
    body = body - RLENGTH
    done = done substr(line, 1, begin - 1)
    low = substr(low, begin); line = substr(line, begin)
    match(low, /^[^ \t\r\n\f\v]+/)
    if (body >= least && (least == 1 || substr(low, 1, RLENGTH) ~ /[0-9=]/)) {
      done = done REMOVED
    } else {
      done = done substr(line, 1, body)
    }
    low = substr(low, body + 1); line = substr(line, body + 1)
  }
  return done line
}

function web_tokens(line,   done, found, parts) {
  done = ""
  while (match(line, /eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+([.][A-Za-z0-9_-]*)?/)) {
    found = substr(line, RSTART, RLENGTH)
    done = done substr(line, 1, RSTART - 1)
    line = substr(line, RSTART + RLENGTH)
    split(found, parts, ".")
    done = done (length(parts[1]) >= 11 && length(parts[2]) >= 8 ? REMOVED : found)
  }
  return done line
}

# Matches with no letter or digit before them (and after them, where `closed`).
function whole_words(line, form, closed,   done, stop, last) {
  done = ""
  while (match(line, form)) {
    stop = RSTART + RLENGTH
    last = RSTART > 1 ? substr(line, RSTART - 1, 1) : substr(done, length(done), 1)
    if (last ~ WORD || (closed && substr(line, stop, 1) ~ WORD)) {
      done = done substr(line, 1, RSTART)
      line = substr(line, RSTART + 1)
      continue
    }
    done = done substr(line, 1, RSTART - 1) REMOVED
    line = substr(line, stop)
  }
  return done line
}
