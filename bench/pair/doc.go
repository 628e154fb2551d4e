// Package pair compares the cost of two operations that take turns in one process.
package pair
