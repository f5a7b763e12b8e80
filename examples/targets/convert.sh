# Degrees Celsius to Fahrenheit: convert.sh DEGREES
set -eu
awk -v celsius="$1" 'BEGIN { printf "%s C is %.1f F\n", celsius, celsius * 9 / 5 + 32 }'
