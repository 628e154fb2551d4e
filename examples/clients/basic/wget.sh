#!/bin/sh
# wget could wait for the challenge, but versions up to 1.21 crash where its last line names a scheme that they do not know,
# such as OAuth. So it does not wait. It sends the octets that it is given.
exec wget --quiet --output-document=- --auth-no-challenge --user="$2" --password="$3" --header="X-Client-Key: $4" "$1"
