# What is done is said by `mode`: lines of text come on standard input with a dot after the last
# one, so that its ending is known; answers come as numbers (od -t u1).

BEGIN {
  redact_begin()
  allowed_begin()
  sieve_begin()
  json_begin()
  if (mode == "strings") { all_strings(); exit }
  if (mode == "names") { sorted_names(); exit }
  if (mode == "repeated") { for (i = ARGV[1]; i > 0; i--) print REMOVED; printf "%s", REMOVED; exit }
  N = 0; lines = 0; argc = 0
}

mode == "call" || mode == "http" || mode == "base64" {
  for (i = 1; i <= NF; i++) IN[N++] = $i + 0
  next
}

# Words of a command line, each on its line; a line feed in one of them came as \001.
mode == "argv" { gsub(/\001/, "\n"); ARGS[++argc] = $0; next }

mode == "environment" {
  gsub(/\001/, "\n")
  at = index($0, "=")
  if (index(" " NAMES " ", " " substr($0, 1, at - 1) " ")) VALUES[substr($0, 1, at - 1)] = \
    redact_value(substr($0, 1, at - 1), substr($0, at + 1))
  next
}

lines++ { emit(held, 0) }
{ held = $0 }

END {
  if (mode ~ /^(text|string|sieve|sieve-string|words)$/) {
    emit(substr(held, 1, length(held) - 1), 1)
    if (mode ~ /string$/) printf "\""
  }
  if (mode == "base64") { for (i = 0; i < N; i++) OUT[i] = IN[i]; print_base64(0, N) }
  if (mode == "argv") {
    redact_argv(argc)
    for (i = 1; i <= argc; i++) printf "%s%s", (i > 1 ? ", " : ""), json(ARGS[i], 1)
  }
  if (mode == "environment") {
    comma = ""
    for (name in VALUES) { printf "%s%s: %s", comma, json(name), json(VALUES[name]); comma = ", " }
  }
}

# One clean line, as text or as a part of one JSON string.
function emit(line, last,   clean) {
  clean = redact(mode ~ /^sieve/ ? sieve(line) : mode == "words" ? words(line) : line)
  if (mode !~ /string$/) printf "%s%s", clean, (last ? "" : "\n")
  else {
    clean = json(clean)
    printf "%s%s%s", (started++ ? "" : "\""), substr(clean, 2, length(clean) - 2), (last ? "" : "\\n")
  }
}

# Each argument as a JSON string.
function all_strings(   i) {
  for (i = 1; i < ARGC; i++) printf "%s%s", (i > 1 ? ", " : ""), json(ARGV[i])
}

# The last part of each path, sorted by its bytes: a glob sorts dot files apart.
function sorted_names(   i, k, name, count) {
  count = 0
  for (i = 1; i < ARGC; i++) {
    name = ARGV[i]
    match(name, /^.*\//)
    name = substr(name, RLENGTH + 1)
    for (k = count++; k > 0 && PLACE[k] "" > name ""; k--) PLACE[k + 1] = PLACE[k]
    PLACE[k + 1] = name
  }
  for (i = 1; i <= count; i++) printf "%s%s", (i > 1 ? ", " : ""), json(PLACE[i])
}
