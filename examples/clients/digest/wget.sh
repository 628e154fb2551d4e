#!/bin/sh
# wget waits for the challenge, knows MD5, and passes over challenges of other algorithms where MD5 is there.
exec wget --quiet --output-document=- --user="$2" --password="$3" --header="X-Client-Key: $4" --method="${5:-GET}" "$1"
