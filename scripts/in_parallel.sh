# For other scripts to source.
# in_parallel FUNCTION ITEM...: calls FUNCTION ITEM for each item, as many at once as there are cores. Ends the script if one failed.
in_parallel() {
  local function=$1 started=() job
  shift
  for item in "$@"; do
    # Not `wait -n`: in bash 5.2 it overlooks a job that ended while the shell did something else.
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do sleep 0.2; done
    "$function" "$item" &
    started+=($!)
  done
  for job in "${started[@]}"; do wait "$job"; done
}
