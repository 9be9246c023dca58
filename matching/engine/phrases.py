"""The words of every reason, Chinese and English side by side: (zh, en) by the reason's key.

They are data of the engine rather than of gettext, as a stored run carries both languages and
must replay to the same bytes. A name in braces is a parameter of the reason."""

PHRASES: dict[str, tuple[str, str]] = {
    "capability.strong": (
        "做的正是我们从需求里读出的{concepts}，见{source}。",
        "Does what we read in the need: {concepts}; see {source}.",
    ),
    "capability.fair": (
        "与我们从需求里读出的{concepts}相近，见{source}。",
        "Comes close to what we read in the need: {concepts}; see {source}.",
    ),
    "capability.weak": (
        "只沾到一点我们从需求里读出的{concepts}，见{source}。",
        "Only touches what we read in the need: {concepts}; see {source}.",
    ),
    "capability.other": (
        "主要做{concepts}，与需求说的不是一回事。",
        "Mainly does {concepts}, which is not what the need tells of.",
    ),
    "capability.none": (
        "没有写到与需求有关的能力。",
        "Tells of no capability that the need asks for.",
    ),
    "capability.need_unread": (
        "没能从需求里读出明确的能力，这一项按未知计。",
        "We could not read which capability the need asks for, so this counts as unknown.",
    ),
    "capability.provider_unread": (
        "服务商还没写清能做什么，或资料还没读完。",
        "The profile doesn't say what it can do, or has not been read yet.",
    ),
    "relevance.strong_words": (
        "资料和需求用的是同样的话。",
        "The profile uses the same words as the need.",
    ),
    "relevance.strong_sense": (
        "资料说的和需求是同一类事情。",
        "The profile tells of the same kind of thing as the need.",
    ),
    "relevance.fair_words": (
        "资料和需求有不少相同的词。",
        "The profile shares a good many words with the need.",
    ),
    "relevance.fair_sense": (
        "资料的意思与需求比较接近。",
        "The profile is fairly close to the need in meaning.",
    ),
    "relevance.weak_words": (
        "资料和需求只有少数词相同。",
        "The profile shares only a few words with the need.",
    ),
    "relevance.weak_sense": (
        "资料的意思与需求只略有相近。",
        "The profile is only loosely close to the need in meaning.",
    ),
    "relevance.weak": (
        "资料的文字和需求没什么相通。",
        "The profile's text has little in common with the need.",
    ),
    "relevance.unknown": (
        "没有文字可比。",
        "There is no text to compare.",
    ),
    "industry.same": (
        "服务这个行业：{industries}。",
        "Serves this industry: {industries}.",
    ),
    "industry.near": (
        "服务同一大类的行业：{industries}。",
        "Serves an industry of the same division: {industries}.",
    ),
    "industry.far": (
        "服务的是别的行业：{industries}。",
        "Serves other industries, such as {industries}.",
    ),
    "industry.none": (
        "没有服务过相近的行业。",
        "Names no industry near this one.",
    ),
    "industry.need_silent": (
        "需求没有写行业。",
        "The need doesn't say its industry.",
    ),
    "industry.provider_silent": (
        "没有写服务哪些行业。",
        "Doesn't say which industries it serves.",
    ),
    "conditions.kept": (
        "写明了符合：{exclusions}。",
        "Says that it keeps to: {exclusions}.",
    ),
    "conditions.partly": (
        "写明了符合：{kept}；没有说是否符合：{open}。",
        "Says that it keeps to: {kept}; doesn't say whether it keeps to: {open}.",
    ),
    "conditions.silent": (
        "没有说是否符合：{exclusions}。",
        "Doesn't say whether it keeps to: {exclusions}.",
    ),
    "budget.within": (
        "{offer}{price}起，在预算{budget}以内。",
        "{offer} starts at {price}, within the budget of {budget}.",
    ),
    "budget.above": (
        "{offer}{price}起，超出预算{budget}。",
        "{offer} starts at {price}, above the budget of {budget}.",
    ),
    "budget.need_silent": (
        "需求没有写预算。",
        "The need doesn't say its budget.",
    ),
    "budget.provider_silent": (
        "没有写能满足这个需求的报价。",
        "Doesn't say a price for an offer that answers this need.",
    ),
    "distance.km": (
        "相距约{km}公里。",
        "About {km} km away.",
    ),
    "distance.need_silent": (
        "不知道需求方的位置。",
        "We don't know where the need is.",
    ),
    "distance.provider_silent": (
        "不知道服务商的位置。",
        "We don't know where the provider is.",
    ),
    "tier.held": (
        "有效称号：{tier}。",
        "Holds a valid title: {tier}.",
    ),
    "tier.none": (
        "没有有效的梯度称号。",
        "Holds no valid title.",
    ),
    "free_capacity.some": (
        "可同时承接{capacity}单，还空{free}单。",
        "Free now: {free} of {capacity} jobs at once.",
    ),
    "free_capacity.none": (
        "手上的活已满，暂时没有余力。",
        "Fully booked for now.",
    ),
    "free_capacity.silent": (
        "没有写能同时承接几单。",
        "Doesn't say how many jobs it takes at once.",
    ),
    "language.shared": (
        "工作语言包括{language}。",
        "Works in {language}.",
    ),
    "language.not_shared": (
        "工作语言不包括{language}。",
        "Doesn't work in {language}.",
    ),
    "language.need_silent": (
        "需求没有写用哪种语言。",
        "The need doesn't say its language.",
    ),
    "language.provider_silent": (
        "没有写工作语言。",
        "Doesn't say which languages it works in.",
    ),
    "verification.verified": (
        "身份已核验。",
        "Verified: we have checked who this is.",
    ),
    "verification.unverified": (
        "身份还没有核验，排得靠后。",
        "Not verified yet, so it ranks lower.",
    ),
    "excluded.tier": (
        "需求要求{wanted}以上，服务商目前是{has}。",
        "The need wants {wanted} or higher; the provider is {has}.",
    ),
    "excluded.place": (
        "需求要求{limit}公里以内，服务商的位置不明。",
        "The need wants somebody within {limit} km; we don't know where the provider is.",
    ),
    "excluded.distance": (
        "需求要求{limit}公里以内，服务商相距约{km}公里。",
        "The need wants somebody within {limit} km; the provider is about {km} km away.",
    ),
    "excluded.languages": (
        "需求要求的工作语言，服务商没有：{languages}。",
        "The need wants a working language that the provider lacks: {languages}.",
    ),
    "excluded.offer_types": (
        "服务商没有需求要的服务类型：{types}。",
        "The provider offers none of the types the need wants: {types}.",
    ),
    "excluded.exclusion": (
        "需求要求“{exclusion}”，服务商的资料与此不符。",
        "The need asks for “{exclusion}”; the provider’s own words go against it.",
    ),
}

CRITERION_NAMES: dict[str, tuple[str, str]] = {
    "capability": ("能力覆盖", "Capability"),
    "relevance": ("文字与意思相近", "Relevance"),
    "industry": ("行业", "Industry"),
    "conditions": ("附加条件", "Conditions"),
    "budget": ("预算", "Budget"),
    "distance": ("距离", "Distance"),
    "tier": ("梯度称号", "Tier"),
    "free_capacity": ("空余承接力", "Free capacity"),
    "language": ("工作语言", "Language"),
    "verification": ("核验", "Verification"),
}
"""The names shown for criteria."""

FIXED_LABELS: dict[str, tuple[str, str]] = {
    "summary": ("简介", "the summary"),
    "labels": ("能力标签", "the capability labels"),
    "language:zh": ("中文", "Chinese"),
    "language:en": ("英文", "English"),
}
"""Labels of ids that no vocabulary holds."""
