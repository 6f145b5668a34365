"""OpenEvolve's keys that have no effect here, and why: each is told once, none is an error."""

from collections.abc import Iterator, Mapping

REPLACED = "OpenEvolve's own loop, which this program replaces, is what it is for"
UNUSED = {
    "convergence_threshold": "a search ends when early_stopping_patience says so",
    "early_stopping_metric": "the score decides",
    "log_dir": "a run's log is engine.log in its folder",
    "log_level": "a run's log is engine.log in its folder",
    "max_tasks_per_child": REPLACED,
    "evolution_trace.": "run.db records every step",
    "database.artifact_": "artifacts are kept in each candidate's folder",
    "database.artifacts_base_path": "artifacts are kept in each candidate's folder",
    "database.cleanup_old_artifacts": "artifacts are kept in each candidate's folder",
    "database.db_path": "run.db and checkpoint/ hold the population",
    "database.diversity_": "the diversity axis, which blocks a resumed run for minutes, isn't used",
    "database.embedding_model": "equal programs are found by their syntax",
    "database.embedding_api_base": "equal programs are found by their syntax",
    "database.similarity_threshold": "equal programs are found by their syntax",
    "database.in_memory": "run.db holds the population",
    "database.log_prompts": "every prompt and reply is kept in run.db",
    "database.max_snapshot_artifacts": "every prompt sees its own parent's artifacts",
    "database.random_seed": "random_seed decides every draw",
    "evaluator.cpu_limit": "OpenEvolve itself doesn't use it",
    "evaluator.distributed": "--evaluator says where candidates are judged",
    "evaluator.enable_artifacts": "artifacts are always kept",
    "evaluator.llm_feedback_weight": "no model judges here, only measurements do",
    "evaluator.max_artifact_storage": "an artifact's first 20,000 characters are kept",
    "evaluator.max_retries": "a program that fails is told why, and mended once",
    "evaluator.use_llm_feedback": "no model judges here, only measurements do",
    "llm.allow_all_tools": "only OpenAI's chat API is spoken",
    "llm.evaluator_models.": "no model judges here, only measurements do",
    "llm.manual_mode": "`fie-tui edit` and inbox/ take a person's programs",
    "llm.max_ai_credits": "fie.budget_usd and its like set limits",
    "llm.max_budget_usd": "fie.budget_usd and its like set limits",
    "prompt.evaluator_system_message": "no model judges here, only measurements do",
    "prompt.initial_changes_description": "models see programs, not descriptions of changes",
    "prompt.programs_as_changes_description": "models see programs, not descriptions of changes",
    "prompt.system_message_changes_description": "models see programs, not descriptions of changes",
    "prompt.meta_prompt_weight": "OpenEvolve itself doesn't use it",
    "prompt.use_meta_prompting": "OpenEvolve itself doesn't use it",
}
"Key, or the beginning of several, to the reason."

KERNELS_ONLY = {
    "evaluator.cascade_": "the track's stages are fixed",
    "evaluator.memory_limit_mb": "a candidate gets its share of what is free",
    "file_suffix": "a kernel is a Python file",
    "language": "a kernel is a Python file",
}
"Likewise, where no project's evaluator is what judges."

AS_USUAL = (False, None, "python", ".py")
"Values that ask for nothing out of the ordinary, and so for no note."


def notes_on(given: Mapping[str, object], *, project: bool) -> Iterator[str]:
    """Yield a note for each reason, with the given keys that it is about."""
    known = UNUSED if project else {**UNUSED, **KERNELS_ONLY}
    keys: dict[str, list[str]] = {}
    for path, value in sorted(given.items()):
        reason = next((why for key, why in known.items() if _is_meant(path, key)), "")
        if reason and value not in AS_USUAL:
            keys.setdefault(reason, []).append(path)
    for reason, paths in keys.items():
        yield f"not used here: {', '.join(paths)}: {reason}"


def _is_meant(path: str, key: str) -> bool:
    """Whether a key is meant; one that ends openly stands for all that begin so."""
    return path.startswith(key) if key[-1] in "._" else path == key
