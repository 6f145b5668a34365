"""OpenEvolve's own configuration: which keys it has, and how ours becomes one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fie_engine.config.keys import Kinds, Plain, pattern_of, thaw

if TYPE_CHECKING:
    from openevolve.config import Config as StockConfig

MODEL = {
    "api_base": "str?",
    "api_key": "str?",
    "name": "str?",
    "provider": "str?",
    "weight": "float",
    "system_message": "str?",
    "temperature": "float?",
    "top_p": "float?",
    "max_tokens": "int?",
    "timeout": "int?",
    "retries": "int?",
    "retry_delay": "int?",
    "random_seed": "int?",
    "reasoning_effort": "str?",
    "max_budget_usd": "float?",
    "max_ai_credits": "float?",
    "allow_all_tools": "bool?",
    "manual_mode": "bool?",
}

LLM = {
    **MODEL,
    "primary_model": "str?",
    "primary_model_weight": "float?",
    "secondary_model": "str?",
    "secondary_model_weight": "float?",
}

PROMPT = {
    "template_dir": "str?",
    "system_message": "str",
    "evaluator_system_message": "str",
    "programs_as_changes_description": "bool",
    "system_message_changes_description": "str?",
    "initial_changes_description": "str",
    "num_top_programs": "int",
    "num_diverse_programs": "int",
    "use_template_stochasticity": "bool",
    "template_variations": "map of texts",
    "use_meta_prompting": "bool",
    "meta_prompt_weight": "float",
    "include_artifacts": "bool",
    "max_artifact_bytes": "int",
    "artifact_security_filter": "bool",
    "suggest_simplification_after_chars": "int?",
    "include_changes_under_chars": "int?",
    "concise_implementation_max_lines": "int?",
    "comprehensive_implementation_min_lines": "int?",
    "diff_summary_max_line_len": "int",
    "diff_summary_max_lines": "int",
    "code_length_threshold": "int?",
}

DATABASE = {
    "db_path": "str?",
    "in_memory": "bool",
    "log_prompts": "bool",
    "population_size": "int",
    "archive_size": "int",
    "num_islands": "int",
    "elite_selection_ratio": "float",
    "exploration_ratio": "float",
    "exploitation_ratio": "float",
    "diversity_metric": "str",
    "feature_dimensions": "texts",
    "feature_bins": "int or map of ints",
    "diversity_reference_size": "int",
    "migration_interval": "int",
    "migration_rate": "float",
    "random_seed": "int?",
    "artifacts_base_path": "str?",
    "artifact_size_threshold": "int",
    "cleanup_old_artifacts": "bool",
    "artifact_retention_days": "int",
    "max_snapshot_artifacts": "int?",
    "embedding_model": "str?",
    "embedding_api_base": "str?",
    "similarity_threshold": "float",
}

EVALUATOR = {
    "timeout": "int",
    "max_retries": "int",
    "memory_limit_mb": "int?",
    "cpu_limit": "float?",
    "cascade_evaluation": "bool",
    "cascade_thresholds": "floats",
    "parallel_evaluations": "int",
    "distributed": "bool",
    "use_llm_feedback": "bool",
    "llm_feedback_weight": "float",
    "enable_artifacts": "bool",
    "max_artifact_storage": "int",
}

EVOLUTION_TRACE = {
    "enabled": "bool",
    "format": "str",
    "include_code": "bool",
    "include_prompts": "bool",
    "output_path": "str?",
    "buffer_size": "int",
    "compress": "bool",
}

TOP = {
    "max_iterations": "int",
    "checkpoint_interval": "int",
    "log_level": "str",
    "log_dir": "str?",
    "random_seed": "int?",
    "language": "str?",
    "file_suffix": "str",
    "diff_based_evolution": "bool",
    "max_code_length": "int",
    "enforce_evolve_blocks": "bool",
    "diff_pattern": "regex",
    "early_stopping_patience": "int?",
    "convergence_threshold": "float",
    "early_stopping_metric": "str",
    "max_tasks_per_child": "int?",
}


def _under(section: str, keys: Mapping[str, str]) -> dict[str, str]:
    return {f"{section}.{key}": kind for key, kind in keys.items()}


STOCK: Kinds = {
    **TOP,
    **_under("llm", LLM),
    **_under("llm.models.*", MODEL),
    **_under("llm.evaluator_models.*", MODEL),
    **_under("prompt", PROMPT),
    **_under("database", DATABASE),
    **_under("evaluator", EVALUATOR),
    **_under("evolution_trace", EVOLUTION_TRACE),
}
"Every key of OpenEvolve's own config.yaml."


def stock_config(settings: Mapping[str, Plain]) -> "StockConfig":
    """Return OpenEvolve's Config with these settings, dotted keys; imports openevolve (2-3 s).

    Keys stay out of it: OpenEvolve writes what it holds into logs and checkpoints.
    """
    from openevolve.config import Config as StockConfig

    wanted = {
        path: value
        for path, value in settings.items()
        if pattern_of(path) in STOCK and not path.endswith("api_key")
    }
    present = {path: value for path, value in wanted.items() if value is not None}
    config = StockConfig.from_dict(nest(present))
    for path, value in wanted.items():
        if value is None:
            _set_null(config, path)
    return config


def nest(settings: Mapping[str, Plain], kinds: Kinds = STOCK) -> dict[str, Any]:
    """Return dotted keys as nested mappings and lists, values as YAML has them."""
    tree: dict[str, Any] = {}
    for path, value in settings.items():
        section, _, rest = path.partition(".")
        if not rest:
            tree[path] = thaw(kinds.get(path, ""), value)
        elif rest.count(".") == 0:
            tree.setdefault(section, {})[rest] = thaw(kinds.get(path, ""), value)
        else:
            name, index, key = rest.split(".")
            items = tree.setdefault(section, {}).setdefault(name, [])
            items.extend({} for _ in range(int(index) + 1 - len(items)))
            items[int(index)][key] = value
    return tree


def _set_null(config: "StockConfig", path: str) -> None:
    *sections, name = path.split(".")
    owner: Any = config
    for section in sections:
        owner = owner[int(section)] if section.isdigit() else getattr(owner, section)
    setattr(owner, name, None)
