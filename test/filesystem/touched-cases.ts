/** What other tools get wrong, all of it in one step. */
export const cases: Readonly<Record<string, string>> = {
	'new files and directories': 'mkdir -p /new/a/b && echo x > /new/a/b/c',
	'a file in a deep directory': 'echo 2 > /deep/a/b/c/d/file',
	'a removed file': 'rm /deep/a/b/c/d/other',
	'a removed directory': 'rm -r /full',
	'a directory made again':
		'rm -r /again && mkdir /again && echo n > /again/new',
	'a file made again': 'rm /plain/one && echo 1 > /plain/one',
	'a file for a directory': 'rm -r /was/directory && echo f > /was/directory',
	'a directory for a file':
		'rm /was/file && mkdir /was/file && echo f > /was/file/x',
	'a link for a directory': 'rm -r /was/linked && ln -s /plain /was/linked',
	'links that lead elsewhere': 'ln -sfn /etc /was/link',
	'modes and owners':
		'chmod 4711 /plain/two && chown 3:4 /plain/three && chmod 700 /plain /',
	'times alone': 'touch /plain/two /plain',
	'devices and pipes': 'mknod /null c 1 3 && mkfifo /pipe',
	'names that are one file':
		'echo x > /linked/three && ln /linked/three /linked/four',
	'a directory of another name': 'mv /moved /elsewhere',
	'a name that sorts before a slash':
		'echo 1 > /sort/a-b && echo 1 > /sort/a/c && rm /sort/a!',
	'a line break in a name': String.raw`touch "$(printf '/new\nline')"`,
	'a directory whose name has a backslash and a line break in it': String.raw`mkdir "$(printf '/new \\0\ndirectory')" && echo x > "$(printf '/new \\0\ndirectory/x')"`,
	'a removed directory with names that are one file': 'rm -r /linked/together',
};

/** What they need. No two of the files are of one size: files alike in two directories may be one. */
export const madeBefore = [
	'RUN n=0; w() { n=$((n+1)); printf "%*d" $n 1 > $1; }; mkdir -p /deep/a/b/c/d /full/of/things /again/sub /plain /was/directory/sub /was/linked /linked /names /far/two /moved/a /sort/a',
	'w /deep/a/b/c/d/file && w /deep/a/b/c/d/other && w /full/of/things/x && w /full/y',
	'w /again/old && w /again/sub/s && w /plain/one && w /plain/two && w /plain/three',
	'w /was/directory/sub/x && w /was/file && w /was/linked/x && ln -s / /was/link',
	'mkdir /linked/together && w /linked/together/a && ln /linked/together/a /linked/together/b',
	'w /linked/one && ln /linked/one /linked/two && w /names/one && ln /names/one /names/two && w /far/one && ln /far/one /far/two/two',
	'w /moved/a/x && w /sort/a! && w /sort/a/b',
].join(' && ');
