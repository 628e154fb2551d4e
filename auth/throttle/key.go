package throttle

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/netip"

	"github.com/seed-f67351ce/sesame/store"
)

// An Account is whose secret is being guessed. Everywhere that checks the same secret names it the same way.
type Account struct {
	// Kind is what sort of secret it is: "user" for a password, "client" for a client's secret.
	Kind string
	// ID never changes; where there is no such account, it is what was typed.
	ID string
}

// A purpose is what a digest is for.
type purpose byte

// The counters, in the order in which their limits are judged.
const (
	byPair    purpose = iota // an account's failures from an address
	byAddress                // an address's failures
	byAccount                // an account's failures
	counters
)

// What else digests are for.
const (
	sparing purpose = counters + iota // an account was signed in to from an address
	trust                             // the same, a moment ago and in this process
)

// key is the digest of an injective encoding of a purpose and of what it needs; the rest is zero. Since is when the window
// began, in nanoseconds of Unix time.
func key(of purpose, since int64, who Account, from netip.Addr) store.Digest {
	var buffer [256]byte // more than most need; longer names go to the heap
	text := append(buffer[:0], byte(of))
	text = binary.BigEndian.AppendUint64(text, uint64(since))
	text = appendText(text, who.Kind)
	text = appendText(text, who.ID)
	text = append(text, byte(from.BitLen()))
	bytes := from.As16()
	return sha256.Sum256(append(text, bytes[:]...))
}

func appendText(to []byte, text string) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(text)))
	return append(to, text...)
}

// Address is the network that r counts for: an IPv4 address, or the /64 of an IPv6 address, which is what one line or
// host is given. It is the zero Addr where it cannot be told, and for a nil Throttle.
func (t *Throttle) Address(r *http.Request) netip.Addr {
	if t == nil {
		return netip.Addr{}
	}
	from := t.address(r).Unmap().WithZone("")
	if from.Is6() {
		prefix, _ := from.Prefix(64) // no error: an IPv6 address has 128 bits
		return prefix.Addr()
	}
	return from
}

// peer is the address at the other end of r's connection.
func peer(r *http.Request) netip.Addr {
	addrPort, _ := netip.ParseAddrPort(r.RemoteAddr) // the zero Addr where there is none, as with a Unix socket
	return addrPort.Addr()
}
