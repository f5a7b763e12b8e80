# Checks the rendered manual and stops at the first failure: run.sh SITE
# What was checked goes to $REPORT, closed by its result.
set -eu
site=$1
cd "$(dirname "$0")"
. ./checks.sh

count=0
echo "manual: $site" > "$REPORT"
for check in index_is_there pages_have_titles no_page_is_empty links_lead_to_pages chapters_are_in_order; do
	count=$((count + 1))
	name=$(echo "$check" | tr _ ' ')
	echo "check $count: $name" >> "$REPORT"
	if fault=$($check); then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "$fault" | sed 's/^/#   /'
		echo "stopped at check $count of 5" >&2
		exit 1
	fi
done

echo "1..$count"
echo "result: passed" >> "$REPORT"
