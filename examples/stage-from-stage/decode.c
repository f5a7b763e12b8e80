#include <stdio.h>

int main(int argc, char **argv) {
	if (argc != 2) {
		fprintf(stderr, "usage: decode HEX\n");
		return 2;
	}
	unsigned int byte;
	int length;
	for (const char *digits = argv[1]; sscanf(digits, "%2x%n", &byte, &length) == 1; digits += length)
		putchar((int)byte);
	putchar('\n');
	return 0;
}
