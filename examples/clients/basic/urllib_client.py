"""Python's own library waits for the challenge, and encodes text as UTF-8."""
import sys
import urllib.request

url, name, password, key = sys.argv[1:]
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, url, name, password)
opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
request = urllib.request.Request(url, headers={"X-Client-Key": key})
with opener.open(request, timeout=30) as answer:
    print(answer.read().decode("utf-8"), end="")
