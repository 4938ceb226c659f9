# Secrets out of text, line by line and by form: the rules of unshim/text/redact.py,
# for any awk, with the words and forms of unshim/text/secrets.py.
# No intervals and no character classes by name: mawk 1.3.3 has neither.

function redact_begin(   i) {
  WORDS = "@WORDS@"
  HARMLESS = "@HARMLESS@"
  ALONE = "^(@NAMES@)$"
  PLAIN = "^(@PLAIN@|/(@FOLDERS@)(/[^ \t\r\n\f\v'\"]*)?)$"
  REMOVED = "@REMOVED@"
  # What Python's \w is in Latin-1, the encoding that bytes are looked at in.
  LETTERS = "a-zA-Z0-9_\252\262\263\265\271\272\274-\276\300-\326\330-\366\370-\377"
  WORD = "[" LETTERS "]"
  NAME = "[" LETTERS ".-]+"
  ENTRY = NAME "\\\\?[\"']?[ \t]*[:=][ \t]*"
  LIKELY = WORDS "|@NAMES@|@SIGNS@"
  LINE_LIMIT = @LINE_LIMIT@
  redact_reset()
}

function redact_reset() {
  in_key = 0; block_below = -1; value_is_secret = 0; next_is_secret = -1
}

function secret_name(name,   bare) {
  bare = tolower(name)
  gsub(/^[-"' ]+|[-"' ]+$/, "", bare)
  gsub(/_/, "-", bare)
  if (bare ~ ALONE) return 1
  return bare ~ WORDS && bare !~ HARMLESS
}

# Whether a value under a secret's name is plainly no secret: a switch, a path, a variable.
function keeps(name, value,   last) {
  if (value == "") return 1
  last = tolower(name)
  sub(/^.*[.]/, "", last)
  if (value ~ /^[0-9]+$/ && last ~ "@NUMBERS@") return 0
  return tolower(value) ~ PLAIN
}

function trimmed(text) {
  gsub(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/, "", text)
  return text
}

function indent(line,   bare) {
  bare = line
  if (bare ~ /^[+-] /) bare = substr(bare, 2)
  match(bare, /^[ \t]*/)
  return RLENGTH
}

function replace_all(line,   lead) {
  if (trimmed(line) == "") return line
  match(line, /^[ \t\r\n\f\v]*/)
  lead = substr(line, 1, RLENGTH)
  return lead REMOVED (line ~ /\r$/ ? "\r" : "")
}

# One line, with what the lines before say of it.
function redact(line,   low, name) {
  if (in_key) {
    if (line ~ /-----END [A-Z0-9 ]*PRIVATE KEY-----/) in_key = 0
    return REMOVED
  }
  if (block_below >= 0) {
    if (trimmed(line) == "" || indent(line) > block_below) return replace_all(line)
    block_below = -1
  }
  if (next_is_secret >= 0) line = below_name(line)
  if (value_is_secret) line = value_of_name(line)
  if (index(line, "-----BEGIN")) line = key_block(line)
  name = named(line)
  if (name != "") {
    value_is_secret = secret_name(name)
    if (value_is_secret) line = inline_values(line)
  }
  low = tolower(line)
  if (low !~ LIKELY) return line
  if (length(line) > LINE_LIMIT) return REMOVED
  line = forms(line)
  low = tolower(line)
  if (low ~ WORDS || low ~ /@NAMES@/) line = entries(quoted_flags(flags(line)))
  return line
}

function key_block(line,   at, head, rest) {
  if (!match(line, /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/)) return line
  head = substr(line, 1, RSTART - 1)
  rest = substr(line, RSTART + RLENGTH)
  if (match(rest, /-----END [A-Z0-9 ]*PRIVATE KEY-----/))
    return head REMOVED substr(rest, RSTART + RLENGTH)
  in_key = 1
  return head REMOVED
}

# The name in `name: X`, "" where the line has none.
function named(line,   low, at, before, found) {
  low = tolower(line)
  if (!index(low, "name")) return ""
  at = 1
  while (match(substr(low, at), /name["']?[ \t]*[:=][ \t]*["']?[a-z0-9_.-]+/)) {
    before = at + RSTART - 2
    found = substr(line, at + RSTART - 1, RLENGTH)
    if (before < 1 || substr(line, before, 1) !~ WORD) {
      sub(/^....["']?[ \t]*[:=][ \t]*["']?/, "", found)
      return found
    }
    at = at + RSTART + 3
  }
  return ""
}

function inline_values(line,   low, at, done, start, head) {
  done = ""
  while (match(tolower(line), /["']?value["']?[ \t]*[:=][ \t]*/)) {
    start = RSTART + RLENGTH
    head = substr(line, 1, start - 1)
    at = RSTART - 1
    if (substr(line, RSTART, 1) !~ /["']/ && at > 0 && substr(line, at, 1) ~ WORD) {
      done = done head; line = substr(line, start); continue
    }
    line = substr(line, start)
    if (match(line, /^("[^"']*["']?|'[^"']*["']?)/) || match(line, /^[^ \t\r\n\f\v,}]+/)) {
      head = head "\"" REMOVED "\""
      line = substr(line, RLENGTH + 1)
    }
    done = done head
  }
  return done line
}

function value_of_name(line,   head, value, bare) {
  if (!match(tolower(line), /^[ \t\r\n\f\v+-]*["']?value["']?[ \t]*[:=][ \t]*/)) {
    bare = line
    gsub(/^[ \t,{+-]+|[ \t,{+-]+$/, "", bare)
    if (bare != "") value_is_secret = 0
    return line
  }
  head = substr(line, 1, RLENGTH)
  value = substr(line, RLENGTH + 1)
  value_is_secret = 0
  bare = trimmed(value)
  if (bare ~ /^[|>][+-]?$/) { block_below = indent(line); return line }
  return head "\"" REMOVED "\"" (bare ~ /,$/ ? "," : "")
}

# A value that stands on the line after its name.
function below_name(line,   above, bare) {
  above = next_is_secret
  next_is_secret = -1
  bare = trimmed(line)
  if (bare == "" || indent(line) <= above) return line
  if (bare ~ /^(-[ \t]|\[|[{])/ || bare ~ /^["']?[A-Za-z0-9_.-]+["']?[ \t]*[:=]([ \t]|$)/)
    return line
  return replace_all(line)
}

# `--token VALUE`.
function flags(line,   done, name, blanks, value, begin, closing) {
  done = ""
  while (match(line, /-[A-Za-z0-9_.-]+[ \t]+[^ \t\r\n\f\v-][^ \t\r\n\f\v]*/)) {
    begin = RSTART
    value = substr(line, RSTART, RLENGTH)
    closing = begin > 1 ? substr(line, begin - 1, 1) : substr(done, length(done), 1)
    match(value, /^[^ \t]+/)
    name = substr(value, 1, RLENGTH)
    match(value, /^[^ \t]+[ \t]+/)
    done = done substr(line, 1, begin - 1)
    blanks = substr(value, length(name) + 1, RLENGTH - length(name))
    line = substr(line, begin + RLENGTH)
    if (closing ~ NAME || tolower(name) !~ WORDS) { done = done name blanks; continue }
    match(line, /^[^ \t\r\n\f\v]+/)
    value = substr(line, 1, RLENGTH)
    line = substr(line, RLENGTH + 1)
    closing = value
    gsub(/^["']+|["']+$/, "", closing)
    if (!secret_name(name) || keeps("", closing)) { done = done name blanks value; continue }
    closing = substr(value, length(value), 1)
    done = done name " " REMOVED (closing ~ /["']/ ? closing : "")
  }
  return done line
}

# `"--token", "x"`: the words of a command line in a list.
function quoted_flags(line,   done, found, name, between, value) {
  done = ""
  while (match(line, /-[A-Za-z0-9_.-]+["'][ \t]*,[ \t]*["'][^"'-][^"']*/)) {
    done = done substr(line, 1, RSTART - 1)
    found = substr(line, RSTART, RLENGTH)
    line = substr(line, RSTART + RLENGTH)
    match(found, /^-[A-Za-z0-9_.-]+/)
    name = substr(found, 1, RLENGTH)
    found = substr(found, RLENGTH + 1)
    match(found, /^["'][ \t]*,[ \t]*["']/)
    between = substr(found, 1, RLENGTH)
    value = substr(found, RLENGTH + 1)
    done = done name between (secret_name(name) && !keeps("", value) ? REMOVED : value)
  }
  return done line
}

# `name = value` and `name: value`, wherever they stand.
function entries(line,   done, name, between, whole, low) {
  done = ""
  while (match(line, ENTRY)) {
    between = substr(line, RSTART, RLENGTH)
    done = done substr(line, 1, RSTART + RLENGTH - 1)
    line = substr(line, RSTART + RLENGTH)
    match(between, NAME)
    name = substr(between, 1, RLENGTH)
    between = substr(between, RLENGTH + 1)
    low = tolower(name)
    if (low !~ WORDS && low !~ ALONE) continue
    if (!secret_name(name)) continue
    CLEANED = ""; REST = ""
    cleaned(name, between, line, done line)
    done = done CLEANED
    line = REST
  }
  return done line
}

# Sets CLEANED, the value without its secret, and REST, what follows it on the line.
function cleaned(name, between, whole, line,   bare, mark, inner, quoted, at) {
  bare = trimmed(whole)
  sub(/,+$/, "", bare)
  CLEANED = ""; REST = whole
  if (bare == "") { next_is_secret = indent(line); return }
  if (bare ~ /^([|>][+-]?|"""|''')$/) {
    block_below = indent(line); CLEANED = whole; REST = ""; return
  }
  if (bare ~ /^\[/) { list(whole); return }
  if (bare ~ /^[{]/) return
  if (match(whole, /^\\?"([^"\\]|\\[^"])*(\\?")?/) || match(whole, /^'[^']*'?/)) {
    quoted = substr(whole, 1, RLENGTH)
    REST = substr(whole, RLENGTH + 1)
    mark = substr(quoted, 1, substr(quoted, 1, 1) == "\\" ? 2 : 1)
    inner = substr(quoted, length(mark) + 1)
    if (length(inner) >= length(mark) &&
        substr(inner, length(inner) - length(mark) + 1) == mark)
      inner = substr(inner, 1, length(inner) - length(mark))
    CLEANED = keeps(name, inner) ? quoted : mark REMOVED mark
    return
  }
  bare_value(name, between, whole)
}

function list(whole,   at, i) {
  if (trimmed(whole) == "[") { CLEANED = whole; REST = ""; return }
  at = 0
  for (i = length(whole); i > 0; i--) if (substr(whole, i, 1) == "]") { at = i; break }
  CLEANED = "[\"" REMOVED "\"]"
  REST = at ? substr(whole, at + 1) : ""
}

# Without quotes: after `: ` to the line's end (YAML), else to the next blank.
function bare_value(name, between, whole,   end, taken, plain) {
  end = length(whole) + 1
  if (between ~ /:.*[ \t]$/) {
    if (whole ~ /\r$/) end--
  } else if (match(whole, /[ \t\r\n\f\v,;"'})]|\\"/)) {
    end = RSTART
  }
  taken = substr(whole, 1, end - 1)
  REST = substr(whole, end)
  if (substr(whole, 1, length(REMOVED)) == REMOVED) {
    CLEANED = REMOVED; REST = substr(whole, length(REMOVED) + 1); return
  }
  plain = taken
  sub(/ #.*$/, "", plain)
  CLEANED = keeps(name, trimmed(taken)) || keeps(name, trimmed(plain)) ? taken : REMOVED
}

# The value of a name as it may be told; of "" all but what gives itself away.
function redact_value(name, text,   parts, count, i, whole) {
  if (name != "") text = of_key(name, text)
  if (text == REMOVED) return text
  redact_reset()
  count = split(text, parts, "\n")
  whole = count ? redact(parts[1]) : ""
  for (i = 2; i <= count; i++) whole = whole "\n" redact(parts[i])
  return whole
}

# A command line in ARGS[1..count] as it may be told.
function redact_argv(count,   i) {
  if (count) ARGS[1] = argument(ARGS[1])
  FLAG = ""
  for (i = 2; i <= count; i++) ARGS[i] = one_word(ARGS[i])
  for (i = 1; i <= count; i++) ARGS[i] = redact_value("", ARGS[i])
}
