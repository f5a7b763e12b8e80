#include <stdio.h>
#include <stdlib.h>

#include "sieve.h"

int main(int argc, char **argv) {
	long limit = argc == 2 ? atol(argv[1]) : 0;
	if (limit < 2) {
		fprintf(stderr, "usage: primes LIMIT, with a limit of 2 or more\n");
		return 2;
	}
	bool *composite = calloc((size_t)limit + 1, sizeof *composite);
	if (composite == NULL)
		return 1;
	sieve(composite, (size_t)limit);
	const char *separator = "";
	for (long number = 2; number <= limit; number++)
		if (!composite[number]) {
			printf("%s%ld", separator, number);
			separator = " ";
		}
	putchar('\n');
	return 0;
}
