FROM debian:bookworm-slim
RUN mkdir -p /opt/t/bin && printf '#!/bin/sh\n' >/opt/t/bin/frob && chmod +x /opt/t/bin/frob && echo 'export PATH="/opt/t/bin:$PATH"' >>~/.bashrc
RUN frob
