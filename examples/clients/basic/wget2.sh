#!/bin/sh
exec wget2 --quiet --output-document=- --http-user="$2" --http-password="$3" --header="X-Client-Key: $4" "$1"
