package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// grace is how long requests in flight may take when the server is told to stop.
const grace = 10 * time.Second

// newServer bounds what a caller can make the server wait for or keep.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           http.MaxBytesHandler(handler, 1<<20),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10, // twice what the gate takes of Authorization
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serve answers on l until ctx is done, then lets requests in flight finish.
func serve(ctx context.Context, server *http.Server, l net.Listener, log *slog.Logger) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Warn("requests in flight were cut off", "after", grace)
		return server.Close()
	}
	return nil
}
