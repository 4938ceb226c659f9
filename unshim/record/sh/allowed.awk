# What may be told of values: the rules of unshim/text/allowed.py, with the names and words of
# unshim/text/kept.py.

function allowed_begin() {
  KEYS = " @KEYS@ "
  FLAGS = " @FLAGS@ "
  CLOSED = " @CLOSED@ "
  HARMLESS_VALUE = "^(@HARMLESS_VALUES@|-?(unix:(//)?)?/((@FOLDERS@)(/[@IN_PATHS@]*)?)?)$"
  LOGIN_IN = "://[^[/@ \t]*:[^@ \t]*@"
  QUERY_IN = "://[^? \t]*[?][^ \t,]*"
  CUT_LOGIN = "://[^][/@ \t,]*:[0-9]*[^]0-9/ \t,]"
  A_FLAG = "^(-[A-Za-z]|--[a-z][a-z0-9._-]*|-[a-z][a-z0-9-]*)(=|$)"
  A_PAIR = "^[A-Za-z_][A-Za-z0-9_./-]*="
  PROGRAM = "^[@:+!|-]*/[A-Za-z0-9_./@+-]*"
}

# A name as the tables have it.
function plain(name) {
  sub(/^.*[.]/, "", name)
  gsub(/[-_]/, "", name)
  return tolower(name)
}

function key_kept(name) { return index(KEYS, " " plain(name) " ") && !secret_name(name) }
function flag_kept(name) { return index(FLAGS, " " plain(name) " ") && !secret_name(name) }

function is_closed(name) {
  name = plain(name)
  return index(CLOSED, " " name " ") || name ~ /headers?$/
}

function harmless(value) {
  return length(value) <= @SHORT@ || value !~ /[A-Za-z0-9\200-\377]/ || tolower(value) ~ HARMLESS_VALUE
}

# A value that is told, without the login and the query of an address in it.
function address(value,   done, at) {
  if (!index(value, "://")) return value
  gsub(LOGIN_IN, "://" REMOVED "@", value)
  done = ""
  while (match(value, QUERY_IN)) {
    at = index(substr(value, RSTART), "?")
    done = done substr(value, 1, RSTART + at - 1) REMOVED
    value = substr(value, RSTART + RLENGTH)
  }
  value = done value
  return value ~ CUT_LOGIN ? REMOVED : value
}

# What is told of the value of a key, a directive or a variable.
function of_key(name, value) {
  if (secret_name(name)) return keeps(name, value) ? value : REMOVED
  if (key_kept(name) || flag_kept(name)) return address(value)
  if (harmless(value)) return value
  if (substr(plain(name), 1, 4) == "exec") return of_command(value)
  return words(value)
}

# A command line after its program.
function of_command(text) {
  if (!match(text, PROGRAM) || substr(text, RLENGTH + 1, 1) !~ /^[ \t]?$/) return words(text)
  return substr(text, 1, RLENGTH) words(substr(text, RLENGTH + 1))
}

# The name that a program goes by, first on its command line.
function argument(name) {
  return name ~ (PROGRAM "$") || harmless(name) ? name : words(name)
}

# A command line, or assignments, as text.
function words(text,   done, word, between) {
  done = ""
  FLAG = ""
  while (text != "") {
    if (match(text, /[ \t"'\\]+/)) {
      word = substr(text, 1, RSTART - 1)
      between = substr(text, RSTART, RLENGTH)
      text = substr(text, RSTART + RLENGTH)
    } else {
      word = text
      between = ""
      text = ""
    }
    if (word != "") done = done one_word(word)
    if (word ~ /=$/ && between ~ /^["'\\]/) {
      FLAG = substr(word, 1, length(word) - 1)
      sub(/^.*=/, "", FLAG)
    }
    done = done between
  }
  return done
}

# One word, with the flag before it in mind.
function one_word(word,   flag, name) {
  flag = FLAG
  FLAG = ""
  if ((flag == "" || substr(word, 1, 1) == "-") && match(word, A_FLAG)) {
    name = substr(word, 1, RLENGTH)
    return flag_word(word, name)
  }
  if (flag != "" && secret_name(flag)) return keeps(flag, word) ? word : REMOVED
  if (flag != "" && flag_kept(flag)) return address(word)
  if (match(word, A_PAIR)) {
    name = substr(word, 1, RLENGTH)
    return name value_of(substr(name, 1, length(name) - 1), substr(word, length(name) + 1))
  }
  return harmless(word) ? word : REMOVED
}

function flag_word(word, head,   name) {
  name = head
  sub(/=$/, "", name)
  if (length(name) > 2 && substr(name, 1, 2) != "--" && !flag_kept(name))
    return harmless(word) ? word : REMOVED # -pSECRET
  if (name != head) return head value_of(name, substr(word, length(head) + 1))
  FLAG = name
  return word
}

function value_of(name, value) {
  if (secret_name(name)) return keeps(name, value) ? value : REMOVED
  if (flag_kept(name)) return address(value)
  if (harmless(value)) return value
  return value ~ A_FLAG || value ~ A_PAIR ? one_word(value) : REMOVED
}
