# For other scripts to source.
# in_parallel FUNCTION ITEM...: calls FUNCTION ITEM for each item, as many at once as there are cores. Ends the script if one fails.
in_parallel() {
  local function=$1 running=() job
  shift
  for item in "$@"; do
    "$function" "$item" &
    running+=($!)
    if [ ${#running[@]} -ge "$(nproc)" ]; then
      wait "${running[0]}"
      running=("${running[@]:1}")
    fi
  done
  for job in "${running[@]}"; do wait "$job"; done
}
