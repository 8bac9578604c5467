# SPDX-License-Identifier: MIT
# A line for each file, from the first sentence of its header (or of its own head):
# usage: awk -f files.awk FILE...   prints "FOLDER<TAB>NAME<TAB>SENTENCE"
function flush_file() {
	if (name == "") return
	if (match(sentence, /[.]( |$)/)) sentence = substr(sentence, 1, RSTART - 1)
	printf "%s\t%s\t%s\n", folder, name, sentence
}
FNR == 1 {
	flush_file()
	folder = FILENAME; sub(/\/[^\/]*$/, "", folder)
	name = FILENAME; sub(/.*\//, "", name)
	sentence = ""; reading = 1
	next
}
reading && /^\/\/ / { sentence = sentence (sentence == "" ? "" : " ") substr($0, 4); next }
reading && /^\/\/$/ && sentence != "" { reading = 0 }
reading && !/^\/\// { reading = (sentence == "" && FNR < 4) }
END { flush_file() }
