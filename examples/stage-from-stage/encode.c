#include <stdio.h>

int main(int argc, char **argv) {
	if (argc != 2) {
		fprintf(stderr, "usage: encode TEXT\n");
		return 2;
	}
	for (const unsigned char *byte = (const unsigned char *)argv[1]; *byte; byte++)
		printf("%02x", *byte);
	putchar('\n');
	return 0;
}
