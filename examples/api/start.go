package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/seed-f67351ce/sesame/auth/password"
)

// start puts the server together from its options, and serves until ctx is done.
func start(ctx context.Context, o options, out io.Writer, log *slog.Logger) (err error) {
	listener, err := o.listen() // first, so that an address in use has no consequences
	if err != nil {
		return err
	}
	defer listener.Close() // what serves closes it too
	a := &api{options: o, base: o.origin(listener.Addr()), log: log}
	if a.store, err = openStore(ctx, o.store); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.store.close()) }()
	if err := a.store.useRedis(ctx, o.redis, int(o.redisWait)); err != nil {
		return err
	}
	if a.ring, err = o.openKeys(); err != nil {
		return err
	}
	if a.hasher, err = password.NewHasher(password.HasherConfig{}); err != nil {
		return err
	}
	handler, err := a.handler()
	if err != nil {
		return err
	}
	known, err := a.settleDemo(ctx)
	if err != nil {
		return err
	}
	if isClear(a.base) {
		log.Warn("clients are told to use clear HTTP", "base_url", a.base)
	}
	printCommands(out, commands(known, o.tlsCert))
	fmt.Fprintf(out, "Ready at %s, listening on %s\n", a.base, listener.Addr())
	beside, stop := context.WithCancel(context.WithoutCancel(ctx)) // it ends after the last request
	wait := a.background(beside)
	defer wait() // before the store is closed
	defer stop()
	return serve(ctx, newServer(handler, log), listener, log)
}

// listen takes the address.
func (o options) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil || o.tlsCert == "" {
		return listener, err
	}
	certificate, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("TLS: %w", err), listener.Close())
	}
	return tls.NewListener(listener, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, Certificates: []tls.Certificate{certificate},
	}), nil
}

// origin is where clients find the server that listens on addr.
func (o options) origin(addr net.Addr) string {
	switch {
	case o.baseURL != "":
		return o.baseURL
	case o.tlsCert != "":
		return originOf("https", addr.String())
	}
	return originOf("http", addr.String())
}
