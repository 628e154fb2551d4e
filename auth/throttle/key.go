package throttle

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/netip"

	"github.com/seed-f67351ce/sesame/store"
)

// A Kind is what sort of secret is being guessed. Whatever checks the same secret names the same kind.
type Kind string

// The kinds that Sesame itself has; hosts add their own.
const (
	Password     Kind = "password"      // of the user with this ID, whichever scheme or page asks for it
	ClientSecret Kind = "client_secret" // of the client with this ID
	Unknown      Kind = "unknown"       // of nobody: the ID is what was typed
)

// An Account is whose secret is being guessed. All names of one account share an ID, and so a limit.
type Account struct {
	Kind Kind
	ID   string
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

// sparing is for the marks that an account was signed in to from an address.
const sparing = counters

// key is the digest of what encode makes.
func key(of purpose, since int64, who Account, from netip.Addr) store.Digest {
	var buffer [256]byte // more than most need; longer names go to the heap
	return sha256.Sum256(encode(buffer[:0], of, since, who, from))
}

// encode appends an injective encoding of a purpose and of what it needs; the rest is zero. Since is when the window began,
// in nanoseconds of Unix time. It is short: most keys are one block of SHA-256.
func encode(to []byte, of purpose, since int64, who Account, from netip.Addr) []byte {
	to = append(to, byte(of))
	to = binary.AppendVarint(to, since)
	to = appendText(to, string(who.Kind))
	to = appendText(to, who.ID)
	to = append(to, byte(from.BitLen()))
	switch bytes := from.As16(); {
	case from.Is4():
		to = append(to, bytes[12:]...)
	case from.Is6():
		to = append(to, bytes[:8]...) // the /64
	}
	return to
}

func appendText(to []byte, text string) []byte {
	to = binary.AppendUvarint(to, uint64(len(text)))
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
