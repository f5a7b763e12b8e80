/** Cuts a stream of bytes with one JSON object per line, as the engine sends it, into objects; a line may come in parts. */
export class JsonLines {
	readonly #decoder = new TextDecoder();
	#rest = '';

	/**
	@param chunk - The next bytes.
	@returns The objects that are whole now.
	@throws {SyntaxError} A line is no JSON.
	*/
	push(chunk: Uint8Array): readonly unknown[] {
		const lines = (
			this.#rest + this.#decoder.decode(chunk, {stream: true})
		).split('\n');
		this.#rest = lines.pop()!;
		return lines
			.filter(line => line.trim() !== '')
			.map(line => JSON.parse(line) as unknown);
	}
}
