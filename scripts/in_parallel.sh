# For other scripts to source.
# in_parallel FUNCTION ITEM...: calls FUNCTION ITEM for each item, as many at once as there are cores. Ends the script if one fails.
in_parallel() {
  local function=$1 running=0
  shift
  for item in "$@"; do
    if [ "$running" -ge "$(nproc)" ]; then
      wait -n
      running=$((running - 1))
    fi
    "$function" "$item" &
    running=$((running + 1))
  done
  for ((; running > 0; running--)); do wait -n; done
}
