package sqlstore

import "time"

// An Option changes how [New] or [Migrate] work: a [Tenant], a [Timeout], a [Dialect], an [Elsewhere].
type Option interface{ configure(c *config) }

type config struct {
	tenant    string
	timeout   time.Duration
	dialect   Dialect
	elsewhere Elsewhere
}

// DefaultTimeout is how long a call may take where no [Timeout] says otherwise: short enough that a database that is
// blocked is an error within two seconds.
const DefaultTimeout = 1500 * time.Millisecond

func newConfig(options []Option) config {
	c := config{timeout: DefaultTimeout}
	for _, o := range options {
		o.configure(&c)
	}
	return c
}

// A Tenant is the name of one of several that share the tables and see nothing of one another: IDs, names and digests
// are unique within a tenant. Without it the name is empty.
type Tenant string

func (t Tenant) configure(c *config) { c.tenant = string(t) }

// A Timeout bounds each call, waiting for connections and locks included. It is an option of [New] and of [OpenSQLite],
// which should be given the same one. Without it, it is [DefaultTimeout].
type Timeout time.Duration

func (t Timeout) configure(c *config) { c.timeout = time.Duration(t) }

func (t Timeout) configureFile(f *file) { f.timeout = time.Duration(t) }

// Elsewhere names records that the host keeps in a store of its own, so that what refers to one is not held against
// the tables here. Without it, what refers to an account, an app or a grant that is not here is store.ErrNotFound.
type Elsewhere uint8

// What may be kept elsewhere; they are added with |.
const (
	UsersElsewhere Elsewhere = 1 << iota
	ClientsElsewhere
	GrantsElsewhere
)

func (e Elsewhere) configure(c *config) { c.elsewhere |= e }
