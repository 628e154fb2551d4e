// Package form reads the forms that Sesame's own endpoints and pages take: one media type, bounded, never decompressed.
package form
