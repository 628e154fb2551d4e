package oauth2

import "net/netip"

// isLoopback reports whether host, of a URL, is this machine: 127.0.0.0/8, ::1 or localhost.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
