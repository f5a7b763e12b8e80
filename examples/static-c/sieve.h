#include <stdbool.h>
#include <stddef.h>

/* Marks in composite[0..limit] which numbers are not prime. */
void sieve(bool *composite, size_t limit);
