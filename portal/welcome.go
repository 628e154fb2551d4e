package portal

import "net/http"

func showWelcome(v *visit) error {
	return v.show(http.StatusOK, "welcome.html", "Welcome", nil)
}
