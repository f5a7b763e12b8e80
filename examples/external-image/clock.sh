echo "It is $(/bin/date '+%H:%M') in $TZ."
