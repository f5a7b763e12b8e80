# Renders the manual: build.sh TO
set -eu
site=$1
mkdir -p "$site"

for chapter in chapters/*.md; do
	page=$(basename "$chapter" .md).html
	awk '
		/^# / { print "<title>" substr($0, 3) "</title>"; print "<h1>" substr($0, 3) "</h1>"; next }
		NF {
			while (match($0, /\[[^]]*\]\([^)]*\)/)) {
				split(substr($0, RSTART + 1, RLENGTH - 2), link, /\]\(/)
				$0 = substr($0, 1, RSTART - 1) "<a href=\"" link[2] "\">" link[1] "</a>" substr($0, RSTART + RLENGTH)
			}
			print "<p>" $0 "</p>"
		}
	' "$chapter" > "$site/$page"
	echo "rendered $page ($(wc -c < "$site/$page") bytes)"
done

{
	echo '<title>Manual of the pump</title>'
	while read -r name title; do
		echo "<li><a href=\"$name.html\">$title</a></li>"
	done
} < contents.txt > "$site/index.html"
echo "rendered index.html with $(grep -c '<li>' "$site/index.html") chapters"
