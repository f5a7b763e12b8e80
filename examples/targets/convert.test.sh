set -eu

check() {
	said=$(sh convert.sh "$1")
	if [ "$said" != "$2" ]; then
		echo "FAIL convert $1: expected '$2', got '$said'"
		exit 1
	fi
	echo "pass convert $1"
}

check 0 '0 C is 32.0 F'
check 100 '100 C is 212.0 F'
check -40 '-40 C is -40.0 F'
