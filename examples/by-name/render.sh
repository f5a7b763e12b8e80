# Renders every Markdown page of a folder to HTML: render.sh FROM TO
set -eu
mkdir -p "$2"
for page in "$1"/*.md; do
	name=$(basename "$page" .md)
	awk '/^# / { print "<h1>" substr($0, 3) "</h1>"; next } NF { print "<p>" $0 "</p>" }' "$page" > "$2/$name.html"
	echo "rendered $name.html"
done
