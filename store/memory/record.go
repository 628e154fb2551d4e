package memory

import (
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A record is what each token has of its own: words without a pointer, which the collector never looks into. What it
// shares with others is its family's; what few tokens have is in extras. The words are atomic because readers take no
// lock; that they belong together is the guard's care.
type record [recordWords]atomic.Uint64

const (
	digestWord   = 0 // and the three after it
	textWord     = 4 // where the page's text has those of the record, and their lengths
	familyWord   = 5 // the family's number, zero where the record is free
	linksWord    = 6 // the numbers of the records around it in its family: next<<32 | previous; of a free one: next free
	createdWord  = 7 // this and the other times are in microseconds since the year 1
	expiresWord  = 8
	authTimeWord = 9
	lastUsedWord = 10
	revokedWord  = 11
	recordWords  = 12
)

func (r *record) setDigest(d *store.Digest) {
	for i := range 4 {
		r[digestWord+i].Store(binary.LittleEndian.Uint64(d[8*i:]))
	}
}

func digestIn(words []uint64) (d store.Digest) {
	for i := range 4 {
		binary.LittleEndian.PutUint64(d[8*i:], words[i])
	}
	return d
}

func (r *record) digest() store.Digest {
	return digestIn([]uint64{r[0].Load(), r[1].Load(), r[2].Load(), r[3].Load()})
}

func (r *record) hasDigest(d *store.Digest) bool {
	for i := range 4 {
		if r[digestWord+i].Load() != binary.LittleEndian.Uint64(d[8*i:]) {
			return false
		}
	}
	return true
}

func (r *record) family() uint32 { return uint32(r[familyWord].Load()) }

func (r *record) next() uint32     { return uint32(r[linksWord].Load() >> 32) }
func (r *record) previous() uint32 { return uint32(r[linksWord].Load()) }

func (r *record) link(next, previous uint32) { r[linksWord].Store(uint64(next)<<32 | uint64(previous)) }

func (r *record) text() (offset int, n lengths) {
	word := r[textWord].Load()
	return int(word >> 32), lengths{id: int(word >> 24 & 0xff), hint: int(word >> 16 & 0xff), description: int(word & 0xffff)}
}

func (r *record) setText(offset int, n lengths) {
	r[textWord].Store(uint64(offset)<<32 | uint64(n.id)<<24 | uint64(n.hint)<<16 | uint64(n.description))
}

func (r *record) moment(word int) moment        { return moment(r[word].Load()) }
func (r *record) setTime(word int, t time.Time) { r[word].Store(uint64(momentOf(t))) }

// A moment is a time in microseconds since the zero Time, which is thus zero.
type moment int64

const zeroTimeUnixMicro = -62135596800_000_000

func momentOf(t time.Time) moment { return moment(t.UnixMicro() - zeroTimeUnixMicro) }

func (m moment) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m) + zeroTimeUnixMicro).UTC()
}

// over says whether a record with this expiry may be forgotten at now: zero is never.
func (m moment) over(now moment) bool { return m != 0 && m < now }
