"""requests encodes text as ISO-8859-1, so it is given octets."""
import sys

import requests

url, name, password, key = sys.argv[1:]
answer = requests.get(
    url,
    auth=(name.encode("utf-8"), password.encode("utf-8")),
    headers={"X-Client-Key": key},
    timeout=30,
)
answer.raise_for_status()
print(answer.text, end="")
