"""libsoup, the library of GNOME, answers the first challenge of Digest, and knows MD5."""
import sys

import gi

gi.require_version("Soup", "2.4")
from gi.repository import Soup

url, name, password, key = sys.argv[1:5]
method = sys.argv[5] if len(sys.argv) > 5 else "GET"


def authenticate(_session, _message, auth, retrying):
    if not retrying:
        auth.authenticate(name, password)


session = Soup.Session()
session.connect("authenticate", authenticate)
message = Soup.Message.new(method, url)
message.props.request_headers.append("X-Client-Key", key)
status = session.send_message(message)
if status != 200:
    sys.exit(f"status {status}")
print(message.props.response_body_data.get_data().decode("utf-8"), end="")
