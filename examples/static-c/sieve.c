#include "sieve.h"

void sieve(bool *composite, size_t limit) {
	for (size_t factor = 2; factor * factor <= limit; factor++)
		if (!composite[factor])
			for (size_t multiple = factor * factor; multiple <= limit; multiple += factor)
				composite[multiple] = true;
}
