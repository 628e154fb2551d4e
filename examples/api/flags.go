package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
)

// options are what the flags say.
type options struct {
	addr            string
	baseURL         string // an origin; empty for the address that it listens on
	store           location
	redis           redisLocation
	redisWait       uint
	keys            string
	credentials     string
	proxies         auth.Proxies
	demo            choice
	throttle        bool
	tlsCert, tlsKey string
	smtp, mailFrom  string

	accessTTL, codeTTL, refreshTTL time.Duration

	// malformed says what is wrong with a flag whose value may have a password in it, which package flag would repeat.
	malformed error
}

// A choice is a switch whose default depends on something else.
type choice struct{ made, on bool }

// or is the choice, and otherwise where none was made.
func (c choice) or(otherwise bool) bool {
	if c.made {
		return c.on
	}
	return otherwise
}

// errUsage says that the command line is wrong; the program then ends with status 2.
var errUsage = errors.New("usage")

// parseFlags reads the command line. For -h it writes the list of flags to out and returns [flag.ErrHelp].
func parseFlags(args []string, out io.Writer) (options, error) {
	o := options{store: location{file: "sesame.db"}, throttle: true}
	set := o.flags()
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		set.SetOutput(out)
		fmt.Fprint(out, "The example API server of Sesame.\n\n")
		set.PrintDefaults()
		return options{}, err
	case err != nil:
		return options{}, fmt.Errorf("%w: %w", errUsage, err)
	case o.malformed != nil:
		return options{}, fmt.Errorf("%w: %w", errUsage, o.malformed)
	case set.NArg() > 0:
		return options{}, fmt.Errorf("%w: %q is no flag", errUsage, set.Arg(0))
	case o.store.url != "" && o.keys == "":
		return options{}, fmt.Errorf("%w: -store postgres://… needs -keys", errUsage)
	case o.redis.options == nil && o.redisWait > 0:
		return options{}, fmt.Errorf("%w: -redis-wait needs -redis", errUsage)
	case o.redis.options != nil && o.store == (location{}):
		return options{}, fmt.Errorf("%w: -redis needs a -store that outlives the program", errUsage)
	case (o.tlsCert == "") != (o.tlsKey == ""):
		return options{}, fmt.Errorf("%w: -tls-cert and -tls-key go together", errUsage)
	case min(o.accessTTL, o.codeTTL, o.refreshTTL) < time.Second, o.codeTTL > 10*time.Minute:
		return options{}, fmt.Errorf("%w: -access-ttl, -code-ttl and -refresh-ttl are a second at least, and -code-ttl 10m at most", errUsage)
	}
	return o, nil
}

// flags is the set of flags, whose values go to o.
func (o *options) flags() *flag.FlagSet {
	set := flag.NewFlagSet("api", flag.ContinueOnError)
	set.SetOutput(io.Discard) // what is wrong is told in one line, by whoever gets the error
	set.StringVar(&o.addr, "addr", "127.0.0.1:8080", "listen on this `address`; port 0 picks a free one")
	set.Func("base-url", "the `origin` that clients use (default http://, with TLS https://, and the address that it listens on)", o.setBaseURL)
	set.Func("store", "keep records in memory:, in `sqlite:FILE` or at postgres://… (default sqlite:sesame.db)", o.setStore)
	set.Func("redis", "keep nonces, the throttle's counters, sign-in sessions and a cache of tokens in Redis at these `addresses`, separated by commas: host:port or redis://…; several are of a cluster", o.setRedis)
	set.UintVar(&o.redisWait, "redis-wait", 0, "let `replicas` of Redis acknowledge each nonce, or answer 503")
	set.StringVar(&o.keys, "keys", "", "the key ring's `file` (default beside the SQLite file, FILE.keys; none for memory:, and needed for PostgreSQL, where all servers share it)")
	set.StringVar(&o.credentials, "credentials", "", "write the demo credentials to this `file`, as JSON")
	set.Func("trusted-proxies", "`CIDRs`, separated by commas, whose forwarding fields are believed", o.setProxies)
	set.BoolFunc("demo", "create the demo accounts, whose passwords everybody knows (default true for a loopback address)", o.setDemo)
	set.Func("throttle", "`on` or off: limit failures to sign in (default on)", o.setThrottle)
	set.StringVar(&o.tlsCert, "tls-cert", "", "serve HTTPS with the certificates in this `file`")
	set.StringVar(&o.tlsKey, "tls-key", "", "the private key that belongs to them, in this `file`")
	set.Func("smtp", "send mails by the SMTP server at this `host:port` (default: write them to the log)", o.setSMTP)
	set.Func("mail-from", "the `sender` of mails (default no-reply@ and the host of the base URL)", o.setMailFrom)
	set.DurationVar(&o.accessTTL, "access-ttl", time.Hour, "how long access tokens live")
	set.DurationVar(&o.codeTTL, "code-ttl", time.Minute, "how long authorization codes wait, at most 10m")
	set.DurationVar(&o.refreshTTL, "refresh-ttl", 720*time.Hour, "how long refresh tokens live unused")
	return set
}

func (o *options) setBaseURL(text string) (err error) {
	o.baseURL, err = parseOrigin(text)
	return err
}

// untold keeps what is wrong with a flag's value for later.
func (o *options) untold(flag string, err error) error {
	if err != nil {
		o.malformed = fmt.Errorf("-%s: %w", flag, err)
	}
	return nil
}

func (o *options) setStore(text string) (err error) {
	o.store, err = parseLocation(text)
	return o.untold("store", err)
}

func (o *options) setRedis(text string) (err error) {
	o.redis, err = parseRedis(text)
	return o.untold("redis", err)
}

func (o *options) setProxies(text string) (err error) {
	var cidrs []string
	for cidr := range strings.SplitSeq(text, ",") {
		cidrs = append(cidrs, strings.TrimSpace(cidr))
	}
	o.proxies, err = auth.ParseProxies(cidrs...)
	return err
}

func (o *options) setDemo(text string) error {
	switch text {
	case "true", "on", "1":
		o.demo = choice{made: true, on: true}
	case "false", "off", "0":
		o.demo = choice{made: true}
	default:
		return errors.New("it is true or false")
	}
	return nil
}

func (o *options) setThrottle(text string) error {
	if text != "on" && text != "off" {
		return errors.New("it is on or off")
	}
	o.throttle = text == "on"
	return nil
}

func (o *options) setSMTP(text string) error {
	if _, port, err := net.SplitHostPort(text); err != nil || port == "" {
		return errors.New("it is host:port")
	}
	o.smtp = text
	return nil
}

func (o *options) setMailFrom(text string) error {
	if _, err := mail.ParseAddress(text); err != nil {
		return errors.New("it is no mail address")
	}
	o.mailFrom = text
	return nil
}
