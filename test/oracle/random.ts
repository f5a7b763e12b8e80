/**
@param seed - An integer.
@returns A generator of numbers from 0 to 1, the same ones for the same seed (the linear congruential one of Numerical
Recipes; its first numbers for neighbouring seeds are alike, and are left out).
*/
export function randomOf(seed: number): () => number {
	const modulus = 0x1_00_00_00_00;
	let state = seed % modulus;
	const next = (): number => {
		state = (state * 1_664_525 + 1_013_904_223) % modulus;
		return state / modulus;
	};

	for (let skipped = 0; skipped < 10; skipped++) {
		next();
	}

	return next;
}
