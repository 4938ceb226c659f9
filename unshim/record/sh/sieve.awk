# Any file with its keys and names, and of its values only what may be told: the rules of
# unshim/text/sieve.py, by the same names.

function sieve_begin() {
  HEADER = "^\\[\\[?[ \t]*[\"']?[A-Za-z0-9_-][^,{}]*\\]\\]?[ \t]*(#.*)?$"
  CUT_HEADER = "^\\[\\[?[ \t]*[A-Za-z0-9_-][A-Za-z0-9_.-]*[ \t]*$"
  BLOCK = "^(![^ \t]*[ \t]+)?[|>][0-9+-]*[ \t]*(#.*)?$"
  s_began = s_open = s_goes_on = s_depth = s_indent = s_line_indent = s_equals = 0
  s_closed = s_in_closed = 0
  s_key = s_triple = s_quote = ""
  s_block = -1
}

function is_blank(text) { return text ~ /^[ \t]*$/ }

function sieve(line,   ending, mark) {
  ending = line ~ /\r$/ ? "\r" : ""
  mark = !s_began && substr(line, 1, 3) == "\357\273\277" ? "\357\273\277" : ""
  s_began = 1
  line = substr(line, length(mark) + 1, length(line) - length(mark) - length(ending))
  return mark (length(line) > LINE_LIMIT ? REMOVED : sieve_line(line)) ending
}

function sieve_line(line,   bare, lead, goes_on) {
  if (s_triple != "") return in_triple(line)
  match(line, /^[ \t]*/)
  lead = substr(line, 1, RLENGTH)
  bare = substr(line, RLENGTH + 1)
  if (s_quote != "") {
    if (bare == "") return line
    if (length(lead) > s_line_indent) return lead in_quote(bare)
    s_quote = ""
  }
  if (s_block >= 0) {
    if (bare == "" || length(lead) > s_block) return lead (bare == "" ? "" : REMOVED)
    s_block = -1
  }
  if (bare == "") return line
  if (bare ~ /^[#;]/ && !s_goes_on)
    return lead substr(bare, 1, 1) (is_blank(substr(bare, 2)) ? "" : " " REMOVED)
  goes_on = s_goes_on
  s_goes_on = bare ~ /\\$/
  if (!goes_on && !(s_open || (s_depth > 0 && lead != ""))) {
    if (bare ~ HEADER) return lead header(bare)
    if (bare ~ CUT_HEADER) return line
  }
  if (bare ~ /^(---|[.][.][.])[ \t]*$/) return line
  return lead body(bare, lead, goes_on)
}

function in_triple(line,   end, mark, before) {
  end = index(line, s_triple)
  if (!end) return is_blank(line) ? line : REMOVED
  mark = s_triple
  s_triple = ""
  before = is_blank(substr(line, 1, end - 1)) ? "" : REMOVED
  return before mark rest_of(substr(line, end + 3), 0)
}

# A text in quotes goes on.
function in_quote(bare,   before, mark) {
  if (!(s_quote == "\"" ? match(bare, /^([^"\\]|\\.)*"/) : match(bare, /^[^']*'/))) return REMOVED
  before = is_blank(substr(bare, 1, RLENGTH - 1)) ? "" : REMOVED
  mark = s_quote
  s_quote = ""
  return before mark rest_of(substr(bare, RLENGTH + 1), 0)
}

function header(bare,   head, names) {
  head = bare
  if (index(bare, "#")) head = substr(bare, 1, index(bare, "#") - 1)
  else { match(bare, /^.*\]/); head = substr(bare, 1, RLENGTH) }
  s_key = ""
  s_depth = s_closed = s_in_closed = 0
  names = head
  while (match(names, /[A-Za-z0-9_-]+/)) {
    if (is_closed(substr(names, RSTART, RLENGTH))) s_in_closed = 1
    names = substr(names, RSTART + RLENGTH)
  }
  return head (index(bare, "#") ? "# " REMOVED : "")
}

function body(bare, lead, goes_on,   head, listed, below) {
  s_indent = s_line_indent = length(lead)
  head = match(bare, /^(-[ \t]+)+/) ? substr(bare, 1, RLENGTH) : ""
  listed = head != "" || bare == "-"
  if (s_closed && s_depth <= c_depth && !goes_on) {
    below = length(lead) > c_indent || (listed && length(lead) == c_indent)
    if (!below && !(s_open && bare ~ /^[[{]/)) s_closed = 0
  }
  if (!(goes_on || s_open || s_depth)) s_key = ""
  s_indent += length(head)
  return head rest_of(substr(bare, length(head) + 1), !goes_on)
}

# What stands on a line; `first`, where a key may stand there.
function rest_of(text, first,   done) {
  done = ""
  while (text != "") {
    done = done part_of(text, first)
    text = LEFT
    first = 0
  }
  return done
}

# The first part of a line's rest as it may be told; LEFT is what follows it.
function part_of(text, first,   sign, run) {
  if (match(text, /^[ \t]+/)) {
    run = substr(text, 1, RLENGTH)
    LEFT = substr(text, RLENGTH + 1)
    if (substr(LEFT, 1, 1) != "#") return run
    LEFT = ""
    return run "# " REMOVED
  }
  sign = substr(text, 1, 1)
  if (index("[{]}", sign) || (sign == "," && s_depth)) {
    bracket(sign)
    LEFT = substr(text, 2)
    return sign
  }
  if ((first || s_depth) && match(text, /^[^]["' \t{},#=-][^]["' \t{},#=]*/)) {
    run = substr(text, 1, RLENGTH)
    LEFT = substr(text, RLENGTH + 1)
    if (match(LEFT, /^[ \t]*=/)) {
      sign = substr(LEFT, 1, RLENGTH)
      LEFT = substr(LEFT, RLENGTH + 1)
      begin_key(run, LEFT)
      s_equals = 1
      return run sign
    }
    if (length(run) > 1 && run ~ /:$/ && LEFT ~ /^([ \t]|$)/) {
      begin_key(substr(run, 1, length(run) - 1), LEFT)
      s_equals = 0
      return run
    }
  }
  sign = substr(text, 1, 3)
  if (sign == "\"\"\"" || sign == "'''") return triple_quoted(text, sign)
  if (sign ~ /^["']/) return quoted_part(text, first)
  return bare_part(text)
}

function bracket(sign) {
  if (sign == "[" || sign == "{") { s_depth++; return }
  if (sign != "," && s_depth > 0) s_depth--
  if (s_closed && (sign != "," || !c_bracket) && s_depth <= c_depth && (c_bracket || s_depth))
    s_closed = 0
}

function begin_key(name, rest) {
  s_key = name
  gsub(/^[ \t]+|[ \t]+$/, "", rest)
  s_open = rest == "" || rest ~ /^#/
  if (!s_closed && is_closed(name)) close_here(rest ~ /^[[{]/)
  if (rest ~ BLOCK && !s_depth) s_block = s_indent
}

function close_here(bracketed) {
  s_closed = 1
  c_indent = s_indent
  c_depth = s_depth
  c_bracket = bracketed
}

function is_told(name) { return !s_closed && !s_in_closed && (key_kept(name) || flag_kept(name)) }

function quoted_part(text, first,   mark, whole, sign, inner, told) {
  mark = substr(text, 1, 1)
  if (match(text, /^("([^"\\]|\\.)*"|'[^']*')/)) {
    whole = substr(text, 1, RLENGTH)
    LEFT = substr(text, RLENGTH + 1)
    inner = substr(whole, 2, length(whole) - 2)
    if ((first || s_depth) && match(LEFT, /^[ \t]*[:=]/)) {
      sign = substr(LEFT, 1, RLENGTH)
      LEFT = substr(LEFT, RLENGTH + 1)
      begin_key(inner, LEFT)
      s_equals = sign ~ /=$/
      return whole sign
    }
    told = LEFT
    inner = mark inner_of(inner) mark
    LEFT = told
    return inner
  }
  inner = substr(text, 2)
  LEFT = ""
  if (!s_equals) {
    if (!s_depth) s_quote = mark # it goes on below
    else if (!s_closed) close_here(0)
    return mark (is_blank(inner) ? inner : REMOVED)
  }
  inner = mark inner_of(inner)
  LEFT = ""
  return inner
}

# What is told of a text in quotes, and of words without.
function inner_of(inner) {
  if (is_told(s_key)) return address(inner)
  if (s_closed || s_in_closed) return is_blank(inner) ? inner : REMOVED
  return harmless(inner) ? inner : words(inner)
}

function triple_quoted(text, mark,   end, inner) {
  end = index(substr(text, 4), mark)
  if (!end) {
    s_triple = mark
    LEFT = ""
    return mark (is_blank(substr(text, 4)) ? "" : REMOVED)
  }
  inner = substr(text, 4, end - 1)
  LEFT = substr(text, end + 6)
  return mark (is_told(s_key) ? inner : REMOVED) mark
}

# Words without quotes: one in brackets, else all that stand there.
function bare_part(text,   whole, told, rest) {
  if (s_depth) {
    whole = match(text, /^[^] \t,}]+/) ? substr(text, 1, RLENGTH) : substr(text, 1, 1)
    rest = substr(text, length(whole) + 1)
    told = inner_of(whole)
    if (told == REMOVED && whole != REMOVED)
      told = whole ~ /^[+-]?[0-9][0-9A-Za-z_.:+-]*$/ ? "0" : "\"" REMOVED "\""
    LEFT = rest
    return told
  }
  whole = without_comment(text)
  rest = substr(text, length(whole) + 1)
  if (whole ~ BLOCK) {
    if (s_block < 0) s_block = s_line_indent
    told = whole
  } else if (s_equals && whole ~ /^[+-]?[0-9][0-9A-Za-z_.:+-]*$/ && inner_of(whole) != whole) {
    told = "0"
  } else if (substr(plain(s_key), 1, 4) == "exec" && match(whole, PROGRAM) &&
      substr(whole, RLENGTH + 1, 1) ~ /^[ \t]?$/) {
    told = substr(whole, 1, RLENGTH)
    told = told inner_of(substr(whole, length(told) + 1))
  } else told = inner_of(whole)
  LEFT = rest
  return told
}

# Up to the first blank with a # behind it that is outside of quotes.
function without_comment(text,   at, before, copy_, doubles, singles) {
  at = 1
  while (match(substr(text, at), /[ \t]+#/)) {
    before = substr(text, 1, at + RSTART - 2)
    copy_ = before
    doubles = gsub(/"/, "", copy_)
    singles = gsub(/'/, "", copy_)
    if (doubles % 2 == 0 && singles % 2 == 0) return before
    at = at + RSTART + RLENGTH - 1
  }
  return text
}
