FROM debian:bookworm-slim
SHELL ["/bin/bash", "-c"]
RUN source /etc/os-release && declare -A m && nosuchprogram
