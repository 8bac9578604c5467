# SPDX-License-Identifier: MIT
# emoji.def of the model as the page reads it: [["👍","thumbsup +1 yes"],...]
/^ROW\(/ {
	sub(/^ROW\(/, "[")
	sub(/\)$/, "]")
	sub(/", "/, "\",\"")
	printf "%s%s", n++ ? ",\n" : "[", $0
}
END { print "]" }
