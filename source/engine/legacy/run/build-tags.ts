/**
@param name - As `--tag` gives it: `localhost:5000/app:1.2`.
@returns Its two parts; without a tag it is `latest`.
*/
export function splitTag(name: string): {
	readonly repo: string;
	readonly tag: string;
} {
	const colon = name.lastIndexOf(':');
	return colon > name.lastIndexOf('/')
		? {repo: name.slice(0, colon), tag: name.slice(colon + 1)}
		: {repo: name, tag: 'latest'};
}
