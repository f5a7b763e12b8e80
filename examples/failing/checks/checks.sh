# Each check says on standard output what is wrong, and returns 1 then.

index_is_there() {
	[ -s "$site/index.html" ] || { echo "no index.html in $site"; return 1; }
}

pages_have_titles() {
	without=$(grep -L '<title>' "$site"/*.html || true)
	[ -z "$without" ] || { echo "no title in $without"; return 1; }
}

no_page_is_empty() {
	for page in "$site"/*.html; do
		[ "$(wc -l < "$page")" -gt 1 ] || { echo "$page has a title and nothing else"; return 1; }
	done
}

links_lead_to_pages() {
	for page in "$site"/*.html; do
		for link in $(grep -o 'href="[^"]*"' "$page" | cut -d '"' -f 2); do
			[ -f "$site/$link" ] || { echo "$(basename "$page") links to $link, and there is no such page"; return 1; }
		done
	done
}

chapters_are_in_order() {
	grep -o 'href="[^"]*"' "$site/index.html" | sort -c || { echo "index.html lists the chapters out of order"; return 1; }
}
