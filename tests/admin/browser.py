"""A browser for tests: Flask's test client that reads forms before it sends them."""

import re

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Flask's test client with the habits of a browser: it sends the CSRF token of the page it last saw."""

    def __init__(self, site):
        self._client, self._token = site.test_client(), ""

    def get(self, path, **options):
        return self._seen(self._client.get(path, **options))

    def post(self, path, data=None, **options):
        return self._seen(self._client.post(path, data={"csrf_token": self._token, **(data or {})}, **options))

    def sign_in(self, email="admin@example.com", password=PASSWORD, **options):
        self.get("/login")
        return self.post("/login", {"email": email, "password": password}, **options)

    def cookies(self):
        return {cookie.key: cookie for cookie in self._client._cookies.values()}

    def _seen(self, answer):
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self._token = found.group(1) if found else self._token
        return answer
